import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database, RowValues } from "../../../src/database/index.ts";
import { application, field, model, QuerySet } from "../../../src/index.ts";
import { KeyLookups } from "../../../src/models/queries/key-lookups.ts";
import type { Selection } from "../../../src/models/index.ts";
import { Parameter } from "../../../src/models/queries/sql.ts";
import { statementsOf } from "../../../src/testing/index.ts";
import { isOnPostgresql, open, type Opened } from "../../fixtures/thesaurus.ts";

const Plant = model("garden.Plant", { name: field.char({ maxLength: 20 }) });
const Tool = model("garden.Tool", { id: field.uuid({ primaryKey: true }), name: field.char({ maxLength: 20 }) });
const Place = model("garden.Place", { code: field.char({ maxLength: 9, primaryKey: true }) });
const uuids = ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A12"];
let opened: Opened;
let database: Database;

beforeAll(async () => {
  const app = application({ settings: { authentication: [] }, models: [Plant, Tool, Place], routes: [] });
  opened = await open(app, { isSeeded: false, hasNoMigrations: true });
  ({ database } = opened.project);
  await of(Plant).bulkInsert([{ name: "fern" }, { name: "moss" }, { name: "rose" }]);
  await of(Tool).bulkInsert(uuids.map((id, index) => ({ id, name: `tool ${index}` })));
  await of(Place).bulkInsert([{ code: "north" }, { code: "south" }]);
});
afterAll(() => opened.close());

const of = <M extends typeof Plant | typeof Tool | typeof Place>(one: M) =>
  QuerySet.of<M>(opened.project.registry.meta(one), database);
const lookupOf = (one: typeof Plant | typeof Tool | typeof Place) => {
  const { fields, primaryKey } = opened.project.registry.meta(one);
  const selection: Selection = { key: "all", paths: fields.map((each) => ({ relations: [], field: each })) };
  const find = of(one as typeof Plant)
    .orderBy()
    .lookup(primaryKey.name, selection);
  return async (key: unknown): Promise<readonly RowValues[]> => find(key);
};

test.each([
  [Plant, [1, 3, 1, 99], [[[1, "fern"]], [[3, "rose"]], [[1, "fern"]], []], 1],
  [Tool, uuids, uuids.map((id, index) => [[id.replaceAll("-", "").toLowerCase(), `tool ${index}`]]), 1],
  [Place, ["south", "nowhere"], [[["south"]], []], 2],
])(
  "keys that are asked for at once are one statement on PostgreSQL, and each has its row",
  async (one, keys, rows, statements) => {
    const find = lookupOf(one as typeof Plant);
    let found: unknown;
    const ran = await statementsOf(async () => (found = await Promise.all(keys.map(find))));
    expect(found).toEqual(rows);
    expect(ran).toHaveLength(isOnPostgresql ? statements : keys.length);
    // What comes alone, later or within a transaction is asked for by itself.
    const alone = await statementsOf(async () => {
      await find(keys[0]);
      await find(keys[1]);
      await database.transaction(async () => (found = await Promise.all(keys.map(find))));
    });
    expect(found).toEqual(rows);
    expect(alone.filter((sql) => /^select/i.test(sql))).toHaveLength(2 + keys.length);
  },
);

test("more than a hundred at once are several statements, and all are answered", async () => {
  const find = lookupOf(Plant);
  const found = await Promise.all(Array.from({ length: 250 }, (_, index) => find((index % 4) + 1)));
  expect(found.map((rows) => rows.length)).toEqual(Array.from({ length: 250 }, (_, index) => (index % 4 < 3 ? 1 : 0)));
});

test.runIf(isOnPostgresql)("a key that the database cannot take spoils no other", async () => {
  const statement = (sql: string) => ({ sql, isWrite: false, isInOrder: true, places: [new Parameter(0)] });
  const lookups = new KeyLookups(database, {
    one: statement("select 12 / cast($1 as int)"),
    many: () => statement("select 12 / key, key from unnest(cast($1 as int[])) key"),
  });
  const outcomes = await Promise.allSettled([3, 0, 4].map(async (key) => lookups.find(key)));
  expect(outcomes).toMatchObject([{ value: [[4]] }, { reason: { message: "division by zero" } }, { value: [[3]] }]);
});
