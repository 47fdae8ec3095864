import { describe, expect, expectTypeOf, test } from "vitest";
import { application, count, field, model, NotFound, QuerySet, type Row } from "../../src/index.ts";
import { observedStatements } from "../database/temporary-database.ts";
import { open } from "../fixtures/thesaurus.ts";
import { type Book, bookshop } from "./bookshop.ts";

/** Five books: two of a writer, in places that are not in the order of their keys, one in none. */
async function filled() {
  const shop = await bookshop();
  const ann = await shop.writers.insert({ name: "Ann" });
  const ben = await shop.writers.insert({ name: "Ben" });
  await shop.books.bulkInsert([
    { isbn: "1", title: "c", place: 2, writer: ben, weight: 1 },
    { isbn: "2", title: "a", place: 3, writer: ann, weight: 2 },
    { isbn: "3", title: "b", place: null, weight: 1 },
    { isbn: "4", title: "e", place: 1, writer: ann, weight: 2 },
    { isbn: "5", title: "d", place: 4, weight: 1 },
  ]);
  return shop;
}

const isbns = (rows: readonly { readonly isbn: string }[]) => rows.map(({ isbn }) => isbn).join("");

describe("reverse", () => {
  test.each([[["title"]], [["-weight", "title"]], [["writer__name", "-id"]], [["place"]], [[]]])(
    "turns the order by %s around",
    async (given: readonly string[]) => {
      const names = given as readonly never[];
      await using shop = await filled();
      const ordered = shop.books.orderBy(...names);
      const forth = isbns(await ordered.rows());
      const back = isbns(await ordered.reverse().rows());
      expect(back).toBe(names.length === 0 ? forth : [...forth].toReversed().join(""));
      expect(isbns(await ordered.reverse().reverse().rows())).toBe(forth);
    },
  );

  test("is told from the order itself, the model's own too", async () => {
    await using shop = await filled();
    expect(isbns(await shop.books.rows())).toBe("12345");
    expect(isbns(await shop.books.reverse().rows())).toBe("54321");
    expect(isbns(await shop.books.reverse().orderBy("title").rows())).toBe("23154");
  });
});

test("an order turned around is never taken for one by a field of that name", async () => {
  const Gear = model("car.Gear", { reverse: field.integer() }, { ordering: ["id"] });
  await using opened = await open(application({ models: [Gear], routes: [] }), {
    isSeeded: false,
    hasNoMigrations: true,
  });
  const { registry, database } = opened.project;
  const gears = QuerySet.of<typeof Gear>(registry.meta(Gear), database);
  await gears.bulkInsert([{ reverse: 2 }, { reverse: 3 }, { reverse: 1 }]);
  const ids = async (rows: typeof gears) => (await rows.rows()).map(({ id }) => id);
  expect([await ids(gears.reverse()), await ids(gears.orderBy("reverse"))]).toEqual([
    [3, 2, 1],
    [3, 1, 2],
  ]);
});

describe("the row at an end", () => {
  test("first and last are by the order, and by key where there is none", async () => {
    await using shop = await filled();
    const { books, writers } = shop;
    const ends = async (rows: typeof books) => isbns([await rows.first(), await rows.last()].filter((row) => !!row));
    expect(await ends(books)).toBe("15");
    expect(await ends(books.orderBy())).toBe("15");
    expect(await ends(books.orderBy("-title"))).toBe("42");
    expect(await ends(books.filter({ weight: 1 }).orderBy("title"))).toBe("35");
    expect(await ends(books.filter({ isbn: "9" }))).toBe("");
    expect((await writers.last())?.name).toBe("Ben");
    const counted = writers.annotate({ written: count("books") }).orderBy("-written");
    expect(await counted.last()).toMatchObject({ name: "Ben", written: 1 });
  });

  test("earliest and latest are by fields, whatever the order", async () => {
    await using shop = await filled();
    const { books, writers } = shop;
    const rows = books.filter({ place__isnull: false }).orderBy("isbn");
    expect(isbns([await rows.earliest("place"), await rows.latest("place")])).toBe("45");
    expect(isbns([await rows.earliest("weight", "title"), await rows.latest("weight", "title")])).toBe("14");
    expect(isbns([await rows.earliest("-title"), await rows.latest("-title")])).toBe("42");
    const written = books.filter({ writer__isnull: false });
    expect(isbns([await written.latest("writer__name", "id"), await written.earliest("writer__name", "id")])).toBe(
      "12",
    );
    const counted = writers.annotate({ written: count("books") });
    expect([(await counted.latest("written")).name, (await counted.earliest("-written")).name]).toEqual(["Ann", "Ann"]);
    expectTypeOf(await rows.latest("place")).toEqualTypeOf<Row<typeof Book>>();
    // @ts-expect-error there is no such field
    await expect(rows.latest("plaice")).rejects.toThrow('no field "plaice"');
  });

  test("earliest and latest of no rows are NotFound", async () => {
    await using shop = await bookshop();
    await expect(shop.books.latest("place")).rejects.toThrow(NotFound);
    await expect(shop.books.earliest("place")).rejects.toThrow("No Book matches the given query.");
  });
});

describe("inBulk", () => {
  test("gives the rows by key, in order, and leaves out what is no row's", async () => {
    await using shop = await filled();
    const found = await shop.books.orderBy("-title").inBulk([1, 4, 4, 99]);
    expect([...found].map(([key, { isbn }]) => [key, isbn])).toEqual([
      [4, "4"],
      [1, "1"],
    ]);
    expect(await shop.books.inBulk([])).toEqual(new Map());
    expect([...(await shop.books.filter({ weight: 1 }).inBulk([1, 2])).keys()]).toEqual([1]);
    await shop.countries.insert({ code: "fr" });
    expect(await shop.countries.inBulk(["fr", "de"])).toEqual(new Map([["fr", { code: "fr", name: "" }]]));
  });

  test("is one statement, whatever the number of keys", async () => {
    await using shop = await filled();
    const observed = observedStatements();
    for (const size of [1, 2, 40_000]) {
      await shop.books.inBulk(Array.from({ length: size }, (_, index) => index));
    }
    expect(observed).toHaveLength(3);
    expect(new Set(observed).size).toBe(1);
  });
});

test("none is no row, whatever is done with it", async () => {
  await using shop = await filled();
  const nothing = shop.books.filter({ weight: 1 }).none();
  expect(await nothing.filter({ shelf: "A" }).orderBy("title").rows()).toEqual([]);
  expect([await nothing.count(), await nothing.exists(), await nothing.first()]).toEqual([0, false, undefined]);
  expect(await nothing.aggregate({ all: count() })).toEqual({ all: 0 });
  expect([await nothing.update({ title: "" }), await nothing.delete()]).toEqual([0, 0]);
  expect(await shop.books.count()).toBe(5);
});
