import { expect, test } from "vitest";
import { ServiceUnavailable } from "../../src/index.ts";
import { observedStatements } from "../database/temporary-database.ts";
import { isOnPostgresql } from "../fixtures/thesaurus.ts";
import { bookshop, type Bookshop } from "./bookshop.ts";

test("of two that count on one row in transactions, each counts what the other left", async () => {
  await using shop = await bookshop();
  const { tags, database } = shop;
  const id = await tags.insert({ name: "0" });
  const countOne = () =>
    database.transaction(async () => {
      const { name } = await tags.selectForUpdate().get({ id });
      await tags.filter({ id }).update({ name: String(Number(name) + 1) });
    });
  await Promise.all(Array.from({ length: 8 }, () => countOne()));
  expect(await tags.get({ id })).toMatchObject({ name: "8" });
});

test("outside of a transaction it is an error that says where it belongs, on both databases", async () => {
  await using shop = await bookshop();
  const rows = shop.books.selectForUpdate();
  const reading = [
    () => rows.rows(),
    () => rows.first(),
    () => rows.get({ id: 1 }),
    () => rows.exists(),
    () => rows.values("title"),
    () => rows.inBulk([1]),
    () => rows.iterate().next(),
    () => shop.books.selectForUpdate({ skipLocked: true }).filter({ title: "a" }).rows(),
  ];
  for (const read of reading) await expect(read()).rejects.toThrow(/belongs into a transaction.*database\.transaction/);
  expect(await shop.database.transaction(() => rows.rows())).toEqual([]);
  // What does not read rows holds none.
  expect([await rows.count(), await rows.filter({ title: "a" }).update({ title: "b" })]).toEqual([0, 0]);
});

test("rows that another holds cannot be left out and be an error", async () => {
  await using shop = await bookshop();
  expect(() => shop.books.selectForUpdate({ skipLocked: true, noWait: true })).toThrow(TypeError);
});

/** Has one transaction hold the first of three tags while `other` runs in one of its own. */
async function besideOneHeld<Result>({ tags, database }: Bookshop, other: () => Promise<Result>): Promise<Result> {
  await tags.bulkInsert([{ name: "a" }, { name: "b" }, { name: "c" }]);
  const isHeld = Promise.withResolvers<void>();
  const isOver = Promise.withResolvers<void>();
  const holder = database.transaction(async () => {
    await tags.selectForUpdate().get({ name: "a" });
    isHeld.resolve();
    await isOver.promise;
  });
  await isHeld.promise;
  try {
    return await database.transaction(other);
  } finally {
    isOver.resolve();
    await holder;
  }
}

test.runIf(isOnPostgresql)("skipLocked leaves out what another holds", async () => {
  await using shop = await bookshop();
  const { tags } = shop;
  const found = await besideOneHeld(shop, () =>
    tags.selectForUpdate({ skipLocked: true }).rows({ limit: 1, offset: 0 }),
  );
  expect(found).toMatchObject([{ name: "b" }]);
});

test.runIf(isOnPostgresql)("noWait is ServiceUnavailable where another holds a row", async () => {
  await using shop = await bookshop();
  const { tags } = shop;
  const started = performance.now();
  const reading = besideOneHeld(shop, () => tags.selectForUpdate({ noWait: true }).rows());
  await expect(reading).rejects.toThrow(ServiceUnavailable);
  expect(performance.now() - started).toBeLessThan(1000);
  const free = await shop.database.transaction(() => tags.selectForUpdate({ noWait: true }).rows());
  expect(free).toHaveLength(3);
});

test.runIf(isOnPostgresql)("only the rows themselves are held, and not those that are read with them", async () => {
  await using shop = await bookshop();
  const { books, writers, tags } = shop;
  const writer = await writers.insert({ name: "Ann" });
  await books.insert({ isbn: "1", title: "One", writer });
  const held = await besideOneHeld(shop, async () => {
    const book = await books.selectForUpdate().selectRelated("writer").get();
    return [book.writer?.name, await tags.selectForUpdate({ skipLocked: true }).rows()];
  });
  expect(held).toMatchObject(["Ann", [{ name: "b" }, { name: "c" }]]);
});

test("on SQLite transactions come one after the other, and the options change nothing", async () => {
  await using shop = await bookshop();
  const { tags, database } = shop;
  await tags.bulkInsert([{ name: "a" }, { name: "b" }]);
  const observed = observedStatements();
  const read = () => database.transaction(() => tags.selectForUpdate({ skipLocked: true }).rows());
  expect(await read()).toHaveLength(2);
  const select = observed.find((sql) => sql.startsWith("select")) ?? "";
  expect(select.endsWith('for update of "bookshop_tag" skip locked')).toBe(isOnPostgresql);
});
