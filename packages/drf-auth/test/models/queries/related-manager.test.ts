import { describe, expect, expectTypeOf, test } from "vitest";
import { application, field, ImproperlyConfigured, model, QuerySet, type Row, User } from "../../../src/index.ts";
import { observedStatements } from "../../database/temporary-database.ts";
import { isOnPostgresql, open } from "../../fixtures/thesaurus.ts";
import { bookshop, type Tag } from "../bookshop.ts";

/** Two books and four tags: red, blue, green and dear. */
async function filled() {
  const shop = await bookshop();
  const [first = 0, second = 0] = await shop.books.bulkInsert([
    { isbn: "1", title: "One" },
    { isbn: "2", title: "Two" },
  ]);
  const [red = 0, blue = 0, green = 0, dear = 0] = await shop.tags.bulkInsert(
    ["red", "blue", "green", "dear"].map((name) => ({ name })),
  );
  return { ...shop, first, second, red, blue, green, dear };
}

const names = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name).join();

describe("a relation of many to many", () => {
  test("is added to and removed from by keys, of one row alone", async () => {
    await using shop = await filled();
    const { books, first, second, red, blue, green } = shop;
    const tags = books.related(first, "tags");
    await tags.add(red, blue);
    await tags.add(blue, blue, green);
    await books.related(second, "tags").add(red);
    expect(names(await tags.rows())).toBe("blue,green,red");
    await tags.remove(red, 99);
    await tags.remove();
    await tags.add();
    expect(names(await tags.rows())).toBe("blue,green");
    await tags.clear();
    expect(names(await tags.rows())).toBe("");
    expect(names(await books.related(second, "tags").rows())).toBe("red");
    expect(await shop.tags.count()).toBe(4);
  });

  test("is set to exactly what is wanted, and what is so already is left alone", async () => {
    await using shop = await filled();
    const { books, database, first, red, blue, green } = shop;
    const tags = books.related(first, "tags");
    await tags.set([red, blue, red]);
    const joins = () =>
      database.run({ sql: "select id, tag_id from bookshop_book_tags order by id", isWrite: false }, []);
    const before = await joins();
    await tags.set([blue, green]);
    const after = await joins();
    expect(names(await tags.rows())).toBe("blue,green");
    expect(after[0]).toEqual(before[1]);
    const observed = observedStatements();
    await tags.set([green, blue]);
    expect(observed.filter((sql) => /^(insert|delete)/.test(sql))).toEqual([]);
    await tags.set([]);
    expect(await tags.all().count()).toBe(0);
  });

  test("gives its rows as a query set of the other model", async () => {
    await using shop = await filled();
    const { books, first, second, red, blue, dear } = shop;
    await books.related(first, "tags").add(red, blue);
    await books.related(second, "tags").add(dear);
    const tags = books.related(first, "tags");
    expect(names(await tags.filter({ name__startswith: "r" }).rows())).toBe("red");
    expect(names(await tags.all().exclude({ name: "red" }).rows())).toBe("blue");
    expect(names(await tags.rows({ limit: 1, offset: 1 }))).toBe("red");
    expect([await tags.all().count(), await tags.filter({ name: "dear" }).exists()]).toEqual([2, false]);
    expect(await tags.filter({ name: "red" }).update({ name: "pink" })).toBe(1);
    expect(names(await shop.tags.rows())).toBe("blue,dear,green,pink");
    expectTypeOf(await tags.rows()).toEqualTypeOf<Row<typeof Tag>[]>();
    expectTypeOf(tags.filter({ name: "red" })).toEqualTypeOf<QuerySet<typeof Tag>>();
  });

  test("is all or nothing, and goes on within a transaction", async () => {
    await using shop = await filled();
    const { books, database, first, red, blue } = shop;
    const tags = books.related(first, "tags");
    await tags.add(red);
    await expect(tags.set([blue, 99])).rejects.toThrow(/foreign key constraint/i);
    expect(names(await tags.rows())).toBe("red");
    const undone = database.transaction(async () => {
      await tags.set([blue]);
      expect(names(await tags.rows())).toBe("blue");
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    expect(names(await tags.rows())).toBe("red");
  });

  test("is of a model whose key is text too", async () => {
    await using shop = await filled();
    await shop.countries.bulkInsert([{ code: "fr" }, { code: "de" }]);
    await shop.countries.related("fr", "tags").add(shop.red);
    expect(names(await shop.countries.related("fr", "tags").rows())).toBe("red");
    expect(await shop.countries.related("de", "tags").rows()).toEqual([]);
    expect(await shop.countries.filter({ tags: shop.red } as never).values("code")).toEqual([{ code: "fr" }]);
  });

  test("is the same statements, whatever row it is of", async () => {
    await using shop = await filled();
    const observed = observedStatements();
    for (const key of [shop.first, shop.second]) {
      const tags = shop.books.related(key, "tags");
      await tags.add(shop.red);
      await tags.rows();
      await tags.filter({ name: "red" }).count();
      await tags.remove(shop.red);
    }
    const statements = observed.filter((sql) => !/^(BEGIN|COMMIT|SAVEPOINT|RELEASE)/i.test(sql));
    // On PostgreSQL what adds and removes holds the row that the relation is of.
    expect([statements.length, new Set(statements).size]).toEqual(isOnPostgresql ? [12, 5] : [8, 4]);
  });

  test("is one by its name, which the types know", async () => {
    await using shop = await filled();
    // @ts-expect-error there is no such relation
    expect(() => shop.books.related(1, "tag")).toThrow(ImproperlyConfigured);
    // @ts-expect-error it leads to one row
    expect(() => shop.books.related(1, "writer")).toThrow('bookshop.Book has no relation of many to many "writer".');
    // @ts-expect-error the key is a number
    const add = () => shop.books.related("x", "tags").add(1);
    await expect(async () => add()).rejects.toThrow(TypeError);
    // @ts-expect-error the keys are numbers
    await expect(shop.books.related(1, "tags").add("x")).rejects.toThrow(TypeError);
  });
});

test("one that leads to its own model leads back, unless it is said not to, and one to the user is by the user's key", async () => {
  const Person = model("club.Person", {
    name: field.char({ maxLength: 20 }),
    friends: field.manyToMany("self", { blank: true }),
    knows: field.manyToMany("self", { blank: true, symmetrical: false, relatedName: "known_by" }),
    accounts: field.manyToMany("user", { blank: true }),
  });
  await using opened = await open(application({ models: [Person], routes: [] }), {
    isSeeded: false,
    hasNoMigrations: true,
  });
  const { registry, database } = opened.project;
  const people = QuerySet.of<typeof Person>(registry.meta(Person), database);
  const users = QuerySet.of<typeof User>(registry.meta(User), database);
  const [ann = 0, ben = 0] = await people.bulkInsert([{ name: "Ann" }, { name: "Ben" }]);
  const of = async (relation: "friends" | "knows") => [
    names(await people.related(ann, relation).rows()),
    names(await people.related(ben, relation).rows()),
  ];
  await people.related(ann, "knows").add(ben);
  expect(await of("knows")).toEqual(["Ben", ""]);
  await people.related(ann, "friends").add(ben, ann);
  expect(await of("friends")).toEqual(["Ann,Ben", "Ann"]);
  await people.related(ben, "friends").set([]);
  expect(await of("friends")).toEqual(["Ann", ""]);
  await people.related(ben, "friends").add(ann);
  await people.related(ann, "friends").clear();
  expect(await of("friends")).toEqual(["", ""]);
  const account = await users.insert({ username: "ann", password: "!" });
  await people.related(ann, "accounts").set([account]);
  expect(await people.related(ann, "accounts").rows()).toMatchObject([{ id: account, username: "ann" }]);
});
