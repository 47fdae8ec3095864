import { afterAll, beforeAll, expect, expectTypeOf, test } from "vitest";
import { avg, count, f, type Row, sum } from "../../src/index.ts";
import { observedStatements } from "../database/temporary-database.ts";
import { type Book, bookshop, type Bookshop } from "./bookshop.ts";

/** Twenty-five books, of which many are alike in every field but the unique ones, and some hold nothing. */
async function filled() {
  const shop = await bookshop();
  const writers = await shop.writers.bulkInsert([{ name: "Ann", born: 1900 }, { name: "Ben" }, { name: "Cy" }]);
  await shop.books.bulkInsert(
    Array.from({ length: 25 }, (_, index) => ({
      isbn: `${(index * 7) % 25}`,
      title: "abc".charAt(index % 3),
      writer: index % 4 === 0 ? null : (writers[index % 3] ?? null),
      shelf: `${index}`,
      place: index % 5 === 0 ? null : index % 4,
      price: `${(index % 4) + 0.1}0`,
      weight: index % 6 === 0 ? null : (index % 3) / 3,
      sold: 2n ** 60n + BigInt(index % 3),
      lent_for: index % 3 === 0 ? null : `${9 + (index % 3)}:00:00.500000`,
      printed_at: index % 3 === 0 ? null : `2024-01-0${1 + (index % 2)}T12:00:00.000${100 * (index % 3)}Z`,
      code: index % 2 === 0 ? null : `6f9619ff-8b86-d011-b42d-00cf4fc964f${index % 8}`,
      is_new: index % 2 === 0,
    })),
  );
  return shop;
}

async function all<One>(rows: AsyncIterable<One>): Promise<One[]> {
  const found: One[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

let read: Bookshop;

beforeAll(async () => {
  read = await filled();
});
afterAll(() => read[Symbol.asyncDispose]());

test.each([
  [[]],
  [["id"]],
  [["-id"]],
  [["title"]],
  [["-title", "place"]],
  [["place", "-title"]],
  [["-place"]],
  [["price"]],
  [["weight"]],
  [["-weight", "is_new"]],
  [["sold"]],
  [["-lent_for"]],
  [["lent_for"]],
  [["printed_at"]],
  [["code"]],
  [["is_new", "-isbn"]],
  [["writer"]],
  [["writer__name"]],
  [["-writer__born", "title"]],
  [["isbn"]],
])("gives the rows in the order by %j, each once", async (given: readonly string[]) => {
  const names = given as readonly never[];
  const rows = read.books.orderBy(...names);
  const expected = await rows
    .orderBy(...names, ...(names.some((name) => /^-?id$/.test(name)) ? [] : (["id"] as const)))
    .rows();
  for (const size of [1, 4, 24, 25, 26, undefined]) {
    const found = await all(rows.iterate(size === undefined ? {} : { size }));
    expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(found).toEqual(expected);
  }
});

test("is by what is computed too, however many digits that has", async () => {
  const rows = read.books.annotate({ dear: f("price").times("1.337"), part: f("price").dividedBy(3) });
  for (const name of ["dear", "-dear", "part", "-part"] as const) {
    const expected = (await rows.orderBy(name, "id").rows()).map(({ id }) => id);
    const found = await all(rows.orderBy(name).iterate({ size: 4 }));
    expect(found.map(({ id }) => id)).toEqual(expected);
  }
  const writers = read.writers.annotate({
    written: count("books"),
    paid: sum("books__price"),
    mean: avg("books__price"),
  });
  for (const name of ["-written", "paid", "-mean"] as const) {
    const expected = await writers.orderBy(name, "id").rows();
    expect(await all(writers.orderBy(name).iterate({ size: 1 }))).toEqual(expected);
  }
});

test("gives related rows with each row, narrows as the rows do, and reads a page at a time", async () => {
  const rows = read.books.filter({ title: "a" }).selectRelated("writer").prefetchRelated("tags");
  const observed = observedStatements();
  expect(await all(rows.iterate({ size: 4 }))).toEqual(await rows.rows());
  expect(observed.filter((sql) => sql.includes('"bookshop_book_tags"'))).toHaveLength(4);
  observed.length = 0;
  for await (const row of rows.iterate({ size: 4 })) {
    expectTypeOf<(typeof row)["writer"]>().toEqualTypeOf<{
      readonly id: number;
      readonly name: string;
      readonly born: number | null;
    } | null>();
    break;
  }
  expect(observed).toHaveLength(2);
});

test("is the same few statements, however many rows there are", async () => {
  await using shop = await bookshop();
  await shop.tags.bulkInsert(Array.from({ length: 1000 }, (_, index) => ({ name: `tag ${index}` })));
  const observed = observedStatements();
  expect(await all(shop.tags.iterate({ size: 100 }))).toHaveLength(1000);
  expect(observed).toHaveLength(11);
  expect(new Set(observed).size).toBe(2);
});

test("goes on where rows are changed and deleted meanwhile, in a transaction too", async () => {
  await using shop = await filled();
  const seen: Row<typeof Book>[] = [];
  await shop.database.transaction(async () => {
    for await (const row of shop.books.selectForUpdate().iterate({ size: 4 })) {
      seen.push(row);
      await shop.books.filter({ id: row.id }).update({ title: "z" });
      await shop.books.filter({ id: row.id, title: "z", place: null }).delete();
    }
  });
  expect(seen).toHaveLength(25);
  expect(await shop.books.exclude({ title: "z" }).count()).toBe(0);
  expect(await shop.books.count()).toBe(20);
});

test.each([0, -1, 1.5, Number.NaN, Infinity, "10"])("refuses pages of %s", (size) => {
  expect(() => read.books.iterate({ size: size as number })).toThrow(TypeError);
});
