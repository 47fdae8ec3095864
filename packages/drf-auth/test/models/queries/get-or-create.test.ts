import { describe, expect, expectTypeOf, test } from "vitest";
import { f, type Row } from "../../../src/index.ts";
import { observedStatements } from "../../database/temporary-database.ts";
import { type Book, bookshop } from "../bookshop.ts";

describe("getOrCreate", () => {
  test("gives the row that is there, or makes one of the conditions and the defaults", async () => {
    await using shop = await bookshop();
    const [made, isCreated] = await shop.books.getOrCreate({ isbn: "1" }, { title: "One", place: 3 });
    expect([made.isbn, made.title, made.place, isCreated]).toEqual(["1", "One", 3, true]);
    expectTypeOf(made).toEqualTypeOf<Row<typeof Book>>();
    const again = await shop.books.getOrCreate({ isbn: "1" }, { title: "Two" });
    expect(again).toEqual([made, false]);
    expect(await shop.tags.getOrCreate({ name: "red" })).toEqual([{ id: 1, name: "red" }, true]);
    expect(await shop.countries.getOrCreate({ pk: "fr" } as never)).toEqual([{ code: "fr", name: "" }, true]);
    expect(await shop.books.filter({ shelf: "A" }).getOrCreate({ isbn: "1" }, { title: "" })).toEqual([made, false]);
  });

  test("compares by look-ups, and makes nothing of those", async () => {
    await using shop = await bookshop();
    const conditions = { name__iexact: "ANN", born__isnull: true } as const;
    const [ann, isCreated] = await shop.writers.getOrCreate(conditions, { name: "Ann" });
    expect([ann, isCreated]).toEqual([{ id: 1, name: "Ann", born: null }, true]);
    expect(await shop.writers.filter({ name: "Ann" }).getOrCreate({ name: "Ann", born: null })).toEqual([ann, false]);
    const [book] = await shop.books.getOrCreate({ isbn: "1", writer_id: ann.id }, { title: "One" });
    expect(book.writer_id).toBe(ann.id);
  });

  test("takes the column of a relation and a key among the defaults, as create does", async () => {
    await using shop = await bookshop();
    const ann = await shop.writers.create({ name: "Ann" });
    const [book] = await shop.books.getOrCreate({ isbn: "1" }, { title: "One", writer_id: ann.id, id: 7 });
    expect([book.id, book.writer_id]).toEqual([7, ann.id]);
  });

  test("refuses conditions that several rows meet, and what a new row cannot be made of", async () => {
    await using shop = await bookshop();
    await shop.writers.bulkInsert([{ name: "Ann" }, { name: "Ben" }]);
    await expect(shop.writers.getOrCreate({ born: null }, { name: "Cy" })).rejects.toThrow("more than one Writer");
    // @ts-expect-error a name is needed
    await expect(shop.writers.getOrCreate({ born: 1900 }, { name: null })).rejects.toThrow("name may not be null");
    // The violation is another's: no row meets the conditions afterwards either.
    await expect(shop.writers.getOrCreate({ born: 1900 }, { name: "Ann" })).rejects.toThrow("already exists");
    expect(await shop.writers.count()).toBe(2);
  });

  test.each(["alone", "in transactions"])("of many at once makes one row, %s", async (how) => {
    await using shop = await bookshop();
    const { database, tags, books } = shop;
    const both = async () => {
      const [, isCreated] = await tags.getOrCreate({ name: "red" });
      // The transaction goes on after that one of its statements was refused.
      await books.getOrCreate({ isbn: "1" }, { title: "One" });
      return isCreated;
    };
    const one = () => (how === "alone" ? both() : database.transaction(both));
    const made = await Promise.all(Array.from({ length: 8 }, one));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect([await tags.count(), await books.count()]).toEqual([1, 1]);
  });

  test("reads again within a transaction that another came before", async () => {
    await using shop = await bookshop();
    const { database, tags } = shop;
    const before = Promise.withResolvers<void>();
    const between = Promise.withResolvers<void>();
    const first = database.transaction(async () => {
      const made = await tags.getOrCreate({ name: "red" });
      before.resolve();
      await between.promise;
      return made;
    });
    await before.promise;
    const second = database.transaction(async () => {
      const found = await tags.getOrCreate({ name: "red" });
      return [found[1], await tags.count()];
    });
    // Long enough for the second to wait for what the first has not kept yet.
    setTimeout(between.resolve, 100);
    expect((await first)[1]).toBe(true);
    expect(await second).toEqual([false, 1]);
  });
});

describe("updateOrCreate", () => {
  test("changes the row that is there, or makes it", async () => {
    await using shop = await bookshop();
    const [made, isCreated] = await shop.books.updateOrCreate({ isbn: "1" }, { title: "One" });
    expect([made.title, isCreated]).toEqual(["One", true]);
    const [changed, isMade] = await shop.books.updateOrCreate({ isbn: "1" }, { title: "Two", place: 7 });
    expect([changed.id, changed.title, changed.place, isMade]).toEqual([made.id, "Two", 7, false]);
    expect(changed.updated_at >= made.updated_at).toBe(true);
    expect(await shop.books.get()).toEqual(changed);
    // Though it does not meet the conditions any longer.
    expect((await shop.books.updateOrCreate({ isbn: "1" }, { isbn: "2", title: "Two" }))[0].isbn).toBe("2");
    const ann = await shop.writers.create({ name: "Ann" });
    expect((await shop.books.updateOrCreate({ isbn: "2" }, { title: "", writer_id: ann.id }))[0].writer_id).toBe(
      ann.id,
    );
    expect(await shop.tags.updateOrCreate({ name: "red" })).toEqual([{ id: 1, name: "red" }, true]);
    expect(await shop.tags.updateOrCreate({ name: "red" })).toEqual([{ id: 1, name: "red" }, false]);
  });

  test("may make a row of something else than it changes one to, and loses no change of many at once", async () => {
    await using shop = await bookshop();
    const counted = () =>
      shop.books.updateOrCreate({ isbn: "1" }, { place: f("place").plus(1) }, { title: "One", place: 1 });
    const all = await Promise.all(Array.from({ length: 8 }, counted));
    expect(all.filter(([, isCreated]) => isCreated)).toHaveLength(1);
    expect(await shop.books.get()).toMatchObject({ title: "One", place: 8 });
  });

  test("is all or nothing", async () => {
    await using shop = await bookshop();
    await shop.tags.bulkInsert([{ name: "red" }, { name: "blue" }]);
    await expect(shop.tags.updateOrCreate({ name: "red" }, { name: "blue" })).rejects.toThrow("already exists");
    expect(await shop.tags.values("name")).toEqual([{ name: "blue" }, { name: "red" }]);
  });
});

test("a new row is typed: what it needs is in the conditions or in the defaults", () => {
  const asks = async ({ books, tags }: Awaited<ReturnType<typeof bookshop>>) => {
    await books.getOrCreate({ isbn: "1", title: "One" });
    await books.getOrCreate({ isbn: "1", writer_id: 1, title__iexact: "one" }, { title: "One" });
    // @ts-expect-error a title is needed
    await books.getOrCreate({ isbn: "1" });
    // @ts-expect-error a title is needed
    await books.updateOrCreate({ isbn: "1" }, { place: 1 });
    // @ts-expect-error a place is a number
    await books.getOrCreate({ isbn: "1", title: "One" }, { place: "first" });
    // @ts-expect-error there is no such field
    await books.getOrCreate({ isbn: "1", titel: "One" }, { title: "One" });
    // @ts-expect-error there is no such field
    await books.getOrCreate({ isbn: "1" }, { title: "One", titel: "One" });
    // @ts-expect-error a name is text
    await tags.getOrCreate({ name: 1 });
    // @ts-expect-error a row that is there keeps its key
    await books.updateOrCreate({ isbn: "1" }, { title: "One", id: 1 });
  };
  expectTypeOf(asks).toBeFunction();
});

test("both are statements of one text a shape", async () => {
  await using shop = await bookshop();
  const observed = observedStatements();
  for (const name of ["red", "blue", "green"]) await shop.tags.getOrCreate({ name });
  for (const isbn of ["1", "1", "1"]) await shop.books.updateOrCreate({ isbn }, { title: isbn });
  const statements = observed.filter((sql) => !/^(BEGIN|COMMIT|SAVEPOINT|RELEASE)/.test(sql));
  expect(new Set(statements).size).toBeLessThanOrEqual(8);
});
