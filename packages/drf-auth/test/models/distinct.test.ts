import { expect, test } from "vitest";
import { f, ImproperlyConfigured } from "../../src/index.ts";
import { observedStatements } from "../database/temporary-database.ts";
import { bookshop } from "./bookshop.ts";

async function filled() {
  const shop = await bookshop();
  const ann = await shop.writers.insert({ name: "Ann", born: 1900 });
  const ben = await shop.writers.insert({ name: "Ben", born: 1900 });
  await shop.books.bulkInsert([
    { isbn: "1", title: "a", shelf: "B", place: 1, writer: ann, sold: 10n, lent_for: "10:00:00", weight: 0.5 },
    { isbn: "2", title: "a", shelf: "B", place: 2, writer: ann, sold: 9n, lent_for: "9:00:00", notes: [1] },
    { isbn: "3", title: "a", shelf: "A", place: 1, writer: ben, sold: 9n, lent_for: "09:00:00", notes: [1] },
    { isbn: "4", title: "b", shelf: "A", place: null, sold: 9n, price: "2.50" },
    { isbn: "5", title: "b", shelf: "A", place: null, sold: 10n, price: "2.5" },
  ]);
  return shop;
}

test.each([
  ["title", "title", ["a", "b"]],
  ["title", "-title", ["b", "a"]],
  ["writer__born", "", [1900, null]],
  ["writer", "", [1, 2, null]],
  ["price", "-price", ["2.50", "1.00"]],
  ["sold", "sold", [9n, 10n]],
  ["sold", "-sold", [10n, 9n]],
  ["notes", "", [[1], null]],
] as const)("values of %s that are different, by %s", async (name, order, expected) => {
  await using shop = await filled();
  const rows = order === "" ? shop.books : shop.books.orderBy(order);
  const found = (await rows.distinct().values(name)).map((row) => (row as Readonly<Record<string, unknown>>)[name]);
  const inOrder = (all: readonly unknown[]) => (order === "" ? new Set(all) : all);
  expect(inOrder(found)).toEqual(inOrder(expected));
  expect(found).toHaveLength(expected.length);
});

test("several values are different together, in their order, and null is one of them", async () => {
  await using shop = await filled();
  const rows = shop.books.filter({ title__in: ["a", "b"] }).distinct();
  const ordered = rows.orderBy("shelf", "-title").exclude({ isbn: "2" });
  expect(await ordered.values("title", "shelf")).toEqual([
    { title: "b", shelf: "A" },
    { title: "a", shelf: "A" },
    { title: "a", shelf: "B" },
  ]);
  const places = (await rows.values("place")).map(({ place }) => place);
  expect([places.length, new Set(places)]).toEqual([3, new Set([1, 2, null])]);
  const long = shop.books.filter({ lent_for__isnull: false }).distinct().orderBy("lent_for");
  expect(await long.values("lent_for")).toEqual([{ lent_for: "09:00:00" }, { lent_for: "10:00:00" }]);
});

test("what was annotated can be different, and ordered by", async () => {
  await using shop = await filled();
  const rows = shop.books.annotate({ next: f("place").plus(1), twice: f("sold").times(2) }).distinct();
  expect(await rows.filter({ place__isnull: false }).orderBy("-next").values("next")).toEqual([
    { next: 3 },
    { next: 2 },
  ]);
  expect(await rows.orderBy("twice").values("twice")).toEqual([{ twice: 18n }, { twice: 20n }]);
});

test("whole rows are different by their keys: as many as there are", async () => {
  await using shop = await filled();
  const rows = shop.books.filter({ writer__name__in: ["Ann", "Ben"] }).distinct();
  expect([await rows.count(), (await rows.rows()).length, await rows.exists()]).toEqual([3, 3, true]);
});

test("an order by what is not among the values is refused, and the model's own is none that was asked for", async () => {
  await using shop = await filled();
  const rows = shop.books.distinct();
  await expect(rows.orderBy("place").values("title")).rejects.toThrow(ImproperlyConfigured);
  await expect(rows.orderBy("place").values("title")).rejects.toThrow('distinct: "place" is not among the values');
  await expect(rows.selectForUpdate().values("title")).rejects.toThrow(TypeError);
  expect(await rows.values("title")).toHaveLength(2);
  expect((await rows.values("id")).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
});

test("values with and without are told apart, each of one text", async () => {
  await using shop = await filled();
  const observed = observedStatements();
  for (const [shelf, all, different] of [
    ["A", 3, 2],
    ["B", 2, 1],
  ] as const) {
    const rows = shop.books.filter({ shelf });
    expect(await rows.values("title")).toHaveLength(all);
    expect(await rows.distinct().values("title")).toHaveLength(different);
  }
  expect(new Set(observed).size).toBe(2);
});
