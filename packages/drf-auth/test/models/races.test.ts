import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { application, f, field, model, QuerySet } from "../../src/index.ts";
import { isOnPostgresql, open } from "../fixtures/thesaurus.ts";
import { bookshop, type Bookshop } from "./bookshop.ts";

/** Long enough for the second to come to the rows that the first holds. */
const held = 100;

/** Has a second change begin while the first has changed rows, and holds them for a moment yet. */
async function race<First, Second>(
  { database }: Pick<Bookshop, "database">,
  first: () => Promise<First>,
  second: () => Promise<Second>,
): Promise<[First, Second]> {
  const hasChanged = Promise.withResolvers<void>();
  const one = database.transaction(async () => {
    const result = await first();
    hasChanged.resolve();
    await wait(held);
    return result;
  });
  one.catch((error: unknown) => hasChanged.reject(error));
  await hasChanged.promise;
  return Promise.all([one, second()]);
}

async function withBook() {
  const shop = await bookshop();
  const writer = await shop.writers.insert({ name: "w" });
  const id = await shop.books.insert({ isbn: "1", title: "a", place: 1, writer });
  return { ...shop, id, writer };
}

test("of two that take the last one by a condition, one does", async () => {
  await using shop = await withBook();
  const { books, id } = shop;
  const found = [{ id }, { title: "a" }, { writer: shop.writer }];
  for (const conditions of found) {
    await books.update({ place: 1 });
    const take = () => books.filter({ ...conditions, place__gte: 1 }).update({ place: f("place").minus(1) });
    expect([await race(shop, take, take), await books.values("place")]).toEqual([[1, 0], [{ place: 0 }]]);
  }
});

test("what a condition asks of the row itself holds where another goes over a relation", async () => {
  await using shop = await withBook();
  const take = () => shop.books.filter({ writer__name: "w", place: 1 }).update({ place: 0 });
  expect(await race(shop, take, take)).toEqual([1, 0]);
});

test("rows are changed to values of their own where they meet the conditions still", async () => {
  await using shop = await withBook();
  const { books, id } = shop;
  const change = (title: string) => () => books.filter({ title: "a" }).bulkUpdate([{ id, title }], ["title"]);
  expect(await race(shop, change("first"), change("second"))).toEqual([1, 0]);
  expect(await books.values("title")).toEqual([{ title: "first" }]);
});

test("a row that meets the conditions no longer is not deleted, whether others refer to its model or not", async () => {
  await using shop = await withBook();
  const { books, writers, writer } = shop;
  const keptBook = race(
    shop,
    () => books.update({ title: "kept" }),
    () => books.filter({ title: "a" }).delete(),
  );
  expect(await keptBook).toEqual([1, 0]);
  const keptWriter = race(
    shop,
    () => writers.filter({ pk: writer }).update({ name: "kept" }),
    () => writers.filter({ name: "w" }).delete(),
  );
  expect(await keptWriter).toEqual([1, 0]);
  expect([await books.count(), await writers.count()]).toEqual([1, 1]);
});

test("a row that refers elsewhere by now does not go with what it referred to", async () => {
  await using shop = await withBook();
  const other = await shop.writers.insert({ name: "other" });
  await race(
    shop,
    () => shop.books.update({ writer: other }),
    () => shop.writers.filter({ pk: shop.writer }).delete(),
  );
  expect(await shop.books.values("writer")).toEqual([{ writer: other }]);
});

test.runIf(isOnPostgresql)("an update leaves out the rows that another holds where it is told to", async () => {
  await using shop = await withBook();
  const { books, id } = shop;
  const held = () => books.selectForUpdate().get({ id });
  const [, changed] = await race(shop, held, () =>
    shop.database.transaction(() => books.selectForUpdate({ skipLocked: true }).update({ title: "b" })),
  );
  expect([changed, await books.values("title")]).toEqual([0, [{ title: "a" }]]);
});

test("many that set what a relation leads to leave what one of them set", async () => {
  await using shop = await withBook();
  const tags = await shop.tags.bulkInsert(Array.from({ length: 12 }, (_, index) => ({ name: `tag ${index}` })));
  const related = shop.books.related(shop.id, "tags");
  const sets = Array.from({ length: 12 }, (_, index) => [tags[index] ?? 0, tags[(index + 1) % 12] ?? 0]);
  await Promise.all(sets.map((keys) => related.set(keys)));
  expect(await related.rows()).toHaveLength(2);
  await Promise.all(
    sets.map((keys, index) =>
      [() => related.add(...keys), () => related.clear(), () => related.remove(...keys)][index % 3]?.(),
    ),
  );
  expect(new Set((await related.rows()).map(({ id }) => id)).size).toBe(await related.all().count());
});

test("a relation that leads back does so whatever changes it at once", async () => {
  const Person = model("club.Person", { name: field.char({ maxLength: 20 }), friends: field.manyToMany("self", {}) });
  const opened = await open(application({ models: [Person], routes: [] }), { isSeeded: false, hasNoMigrations: true });
  const { registry, database } = opened.project;
  const people = QuerySet.of<typeof Person>(registry.meta(Person), database);
  const keys = await people.bulkInsert(Array.from({ length: 6 }, (_, index) => ({ name: String(index) })));
  const changes = Array.from({ length: 36 }, (_, index) => {
    const friends = people.related(keys[index % 6] ?? 0, "friends");
    const [one = 0, two = 0] = [keys[(index * 5 + 1) % 6], keys[(index * 7 + 2) % 6]];
    return [
      () => friends.add(one, two),
      () => friends.remove(two, one),
      () => friends.set([two, one]),
      () => friends.clear(),
    ][Math.floor(index / 3) % 4];
  });
  await Promise.all(changes.map((change) => change?.()));
  const pairs = await Promise.all(
    keys.map(async (key) => (await people.related(key, "friends").rows()).map(({ id }) => `${key} ${id}`)),
  );
  const all = new Set(pairs.flat());
  expect([...all].filter((pair) => !all.has(pair.split(" ").toReversed().join(" ")))).toEqual([]);
  await opened.close();
});
