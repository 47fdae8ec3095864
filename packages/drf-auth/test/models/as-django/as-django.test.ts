import { afterAll, beforeAll, expect, test } from "vitest";
import { avg, count, f, max, type QuerySet, sum } from "../../../src/models/index.ts";
import { isOnPostgresql, type Opened } from "../../fixtures/thesaurus.ts";
import { openLibrary, recorded, type RowsOf } from "./library.ts";

/** A step of a query: a method of query sets with what it is given. */
type Step = readonly [method: string, given: unknown, more?: number];
/** What Django 5.2 answers on SQLite, and on PostgreSQL where that is another; "unlike" where we answer as on SQLite. */
type Query = readonly [model: string, steps: readonly Step[], sqlite: readonly number[], postgresql?: unknown];

let opened: Opened;
let rowsOf: RowsOf;

beforeAll(async () => {
  ({ rowsOf, ...opened } = await openLibrary());
});
afterAll(() => opened.close());

async function answered(query: QuerySet, steps: readonly Step[]): Promise<readonly unknown[]> {
  let asked = query;
  let window: { readonly limit: number; readonly offset: number } | undefined;
  for (const [method, given, limit = 0] of steps) {
    if (method === "any") asked = asked.filterAny(given as never);
    else if (method === "filter" || method === "exclude") asked = asked[method](given as never);
    else if (method === "orderBy") asked = asked.orderBy(...(given as readonly string[]));
    else window = { offset: given as number, limit };
  }
  const keys = (await asked.rows(window)).map((row) => (row as { readonly id: number }).id);
  if (window === undefined && (await asked.count()) !== keys.length) return ["count", await asked.count()];
  return steps.some(([method]) => method === "orderBy") ? keys : keys.toSorted((one, other) => one - other);
}

test("1,328 queries find what Django's find: every look-up over nulls, over relations, excluded, in an order", async () => {
  const queries = recorded("queries.json") as readonly Query[];
  const unlike: unknown[] = [];
  for (const [model, steps, sqlite, postgresql] of queries) {
    const expected = isOnPostgresql && Array.isArray(postgresql) ? (postgresql as unknown) : sqlite;
    const found = await answered(rowsOf(model), steps);
    if (JSON.stringify(found) !== JSON.stringify(expected)) unlike.push([model, steps, expected, found]);
  }
  expect(unlike).toEqual([]);
  expect(queries).toHaveLength(1328);
});

const keysOf = async (query: QuerySet): Promise<unknown> =>
  (await query.orderBy("id").values("id")).map(({ id }) => id);

test.each<[string, (books: QuerySet) => QuerySet, readonly number[]]>([
  ["the same tag", (books) => books.filter({ tags__name: "red", tags__weight__gt: 1 }), [4, 6]],
  [
    "any tags, one after another",
    (books) => books.filter({ tags__name: "red" }).filter({ tags__weight__gt: 1 }),
    [1, 4, 6],
  ],
  ["the same review", (books) => books.filter({ reviews__stars: 1, reviews__reviewer: 2 }), []],
  [
    "a review of nothing, or none",
    (books) => books.filter({ reviews__stars__isnull: true, reviews__text__isnull: true }),
    [3, 4, 5, 7],
  ],
  ["a decimal as it is", (books) => books.filter({ price: "9.994" }), []],
  ["no less than a decimal", (books) => books.filter({ price__gte: "9.994" }), [1, 5]],
  ["no more than a decimal", (books) => books.filter({ price__lte: "9.986" }), [4, 6, 7]],
  ["more than a fraction", (books) => books.filter({ pages__gt: 399.5 }), [1, 5, 7]],
  ["one of fractions", (books) => books.filter({ pages__in: [0.5, 300] }), [2]],
  ["more than another field, together", (books) => books.filterTogether([{ big__gt: f("pages") }]), [1, 4, 5, 6]],
  ["JSON however it is spaced", (books) => books.filter({ data: [] }), [2]],
  [
    "a quotient",
    (books) => books.annotate({ x: f("price").dividedBy(f("pages")) }).filter({ x: "0.025" } as never),
    [1],
  ],
])("finds by %s", async (_what, narrowed, expected) => {
  expect(await keysOf(narrowed(rowsOf("Book")))).toEqual(expected);
});

test("from its other end a relation of many to many leads to rows, which are loaded too", async () => {
  const tags = rowsOf("Tag");
  expect(await keysOf(tags.filter({ books__title: "Dune" }))).toEqual([1, 2]);
  expect(await keysOf(tags.exclude({ books__isnull: false }))).toEqual([]);
  expect(
    await tags
      .annotate({ n: count("books") })
      .orderBy("id")
      .values("n" as never),
  ).toMatchObject([{ n: 2 }, { n: 2 }, { n: 2 }, { n: 2 }]);
  const [red] = (await tags
    .prefetchRelated("books" as never)
    .orderBy("id")
    .rows()) as unknown as readonly {
    readonly books: readonly { readonly title: string }[];
  }[];
  expect(red?.books.map(({ title }) => title)).toEqual(["Dune", "Žluťoučký"]);
});

test("what is computed has the digits that it has, on both databases", async () => {
  const dune = rowsOf("Book").filter({ id: 1 });
  const [row] = await dune
    .annotate({ third: f("price").dividedBy(4), more: f("price").plus("0.125"), twice: f("price").times("1.5") })
    .values("third" as never, "more" as never, "twice" as never);
  expect(row).toMatchObject({ third: expect.stringMatching(/^2\.50*$/), more: "10.125", twice: "15.000" });
  const [all] = await rowsOf("Book")
    .filter({ big__gt: 0 })
    .aggregateBy([], { pages: sum("pages"), mean: avg("pages"), most: max("price") });
  expect(all).toEqual({ pages: 1200, mean: 300, most: "12345678.91" });
  await expect(rowsOf("Book").aggregateBy(["title"], { title: sum("pages") })).rejects.toThrow(
    /"title" is asked for twice/,
  );
});

test("rows are grouped by what is computed", async () => {
  const groups = await rowsOf("Book")
    .annotate({ half: f("pages").minus(100) })
    .aggregateBy(["half" as never], { n: count() }, { orderBy: ["-n"] as never, limit: 1 });
  expect(groups).toEqual([{ half: 300, n: 3 }]);
});

test.runIf(isOnPostgresql)("a sum may be beyond 64 bits", async () => {
  const found = await rowsOf("Book")
    .filter({ big__gt: 0 })
    .aggregate({ sum: sum("big") });
  expect(found).toEqual({ sum: 9_232_379_236_109_516_806n });
});
