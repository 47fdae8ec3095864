import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  allowAny,
  cursor,
  field,
  include,
  limitOffset,
  model,
  modelSerializer,
  modelViewSet,
  pageNumber,
  QuerySet,
  router,
} from "../../../src/index.ts";
import { open, thesaurus } from "../../fixtures/thesaurus.ts";

const Item = model("shop.Item", {
  rank: field.integer({ null: true, blank: true }),
  label: field.text({ blank: true }),
});
const ItemSerializer = modelSerializer(Item, { fields: ["id", "rank"] });
const cursorOf = (...ordering: readonly string[]) =>
  modelViewSet(ItemSerializer, {
    permissions: [allowAny],
    pagination: cursor({ pageSize: 3, ordering, pageSizeParam: "size" }),
  });
const viewSets = {
  pages: modelViewSet(ItemSerializer, {
    permissions: [allowAny],
    query: ({ query }) => query.orderBy("rank", "id"),
    pagination: pageNumber({ pageSize: 3 }),
  }),
  offsets: modelViewSet(ItemSerializer, {
    permissions: [allowAny],
    query: ({ query }) => query.orderBy("-rank", "id"),
    pagination: limitOffset({ defaultLimit: 3 }),
  }),
  up: cursorOf("rank"),
  down: cursorOf("-rank"),
  two: cursorOf("-rank", "label"),
  keys: cursorOf("-id"),
};

interface Item {
  readonly id: number;
  readonly rank: number | null;
}

let opened: Awaited<ReturnType<typeof open>>;
let items: QuerySet<typeof Item>;

beforeAll(async () => {
  const app = thesaurus({}, [include("", router(viewSets, { permissions: [allowAny] }))]);
  opened = await open(Object.assign(Object.create(app), { models: [...app.models, Item] }), {
    isSeeded: false,
    hasNoMigrations: true,
  });
  const { registry, database } = opened.project;
  items = QuerySet.of<typeof Item>(registry.meta(Item), database);
});
afterAll(() => opened.close());

const ranks = fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(null)), { maxLength: 20 });

async function fill(all: readonly (number | null)[]): Promise<readonly number[]> {
  await items.delete();
  const ids: number[] = [];
  for (const rank of all) ids.push(await items.insert({ rank, label: String(ids.length % 2) }));
  return ids;
}

/** Walks by a link until there is none; `between` happens after each page. */
async function walk(
  start: string,
  link: "next" | "previous",
  between: () => Promise<unknown> = async () => {},
): Promise<{ readonly rows: readonly Item[]; readonly last: string }> {
  const rows: Item[] = [];
  let url: string | null = start;
  let last = start;
  for (let pages = 0; url !== null; pages += 1) {
    if (pages > 60) throw new Error("The walk does not end.");
    last = url;
    const { status, data } = await opened.client.get(url.replace(/^http:\/\/[^/]+/, ""));
    expect(status).toBe(200);
    const page = data as { readonly results: readonly Item[] } & Readonly<Record<"next" | "previous", string | null>>;
    rows.push(...(link === "next" ? page.results : page.results.toReversed()));
    url = page[link];
    await between();
  }
  return { rows, last };
}

test.each(Object.keys(viewSets))("walking %s gives each row once, there and back", async (name) => {
  await fc.assert(
    fc.asyncProperty(ranks, async (all) => {
      const ids = await fill(all);
      const { rows, last } = await walk(`/${name}/`, "next");
      expect(rows.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(ids);
      const back = await walk(last, "previous");
      expect(back.rows.toReversed()).toEqual(rows);
    }),
    { numRuns: 25 },
  );
});

test.each(["up", "down", "two", "keys"])(
  "walking %s gives each row once that is there all the time, while others come and go",
  async (name) => {
    const changes = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3 })), { minLength: 5, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(ranks, ranks, changes, async (staying, leaving, some) => {
        const gone = await fill(leaving);
        const kept: number[] = [];
        for (const rank of staying) kept.push(await items.insert({ rank, label: "0" }));
        const leave = [...gone];
        let step = 0;
        const { rows } = await walk(`/${name}/`, "next", async () => {
          const [isNew, rank] = some[step % some.length] ?? [true, 0];
          step += 1;
          if (isNew && step < 6) await items.insert({ rank, label: "1" });
          const id = leave.pop();
          if (id !== undefined) await items.filter({ id }).delete();
        });
        const seen = rows.map(({ id }) => id);
        expect(new Set(seen).size).toBe(seen.length);
        expect(kept.every((id) => seen.includes(id))).toBe(true);
      }),
      { numRuns: 25 },
    );
  },
);

test("a thousand and more rows at one place are walked like any others", async () => {
  await items.delete();
  await opened.project.database.run(
    {
      sql: `INSERT INTO shop_item (rank, label) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT 7, '' FROM n`,
      isWrite: true,
    },
    [],
  );
  const { rows } = await walk("/up/?size=50", "next");
  expect(new Set(rows.map(({ id }) => id)).size).toBe(2500);
  expect(rows).toHaveLength(2500);
});
