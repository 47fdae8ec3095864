import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase, readDatabaseAddress } from "../../src/database/index.ts";
import { f } from "../../src/models/index.ts";
import { changesBetween } from "../../src/migrations/making/change-detection.ts";
import { quoted } from "../../src/migrations/schema/quoted.ts";
import type { ConstraintState, FieldState, Fill, ModelState, Operation } from "../../src/migrations/operations.ts";
import { SchemaEditor } from "../../src/migrations/schema/schema-editor.ts";
import type { ProjectState } from "../../src/migrations/states/state.ts";
import { stepsOf, undoing } from "../../src/migrations/states/steps.ts";
import { testDatabase } from "../../src/testing/test-database.ts";

const serverUrl = process.env["TEST_DATABASE_URL"];
const changes = 300;
const key: FieldState = { kind: "bigAuto", primaryKey: true };

/** Numbers that look random, and are the same in every run of one seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % below;
  };
}

type Random = ReturnType<typeof randomFrom>;
type Made = { readonly operation: Operation };

const kinds: readonly (readonly [FieldState, Fill])[] = [
  [{ kind: "char", maxLength: 20 }, "it's"],
  [{ kind: "text" }, ""],
  [{ kind: "integer" }, 7],
  [{ kind: "bigInteger" }, 9_007_199_254_740_993n],
  [{ kind: "positiveInteger" }, 1],
  [{ kind: "boolean" }, true],
  [{ kind: "decimal", maxDigits: 8, decimalPlaces: 2 }, "1.50"],
  [{ kind: "date" }, "2024-01-01"],
  [{ kind: "dateTime" }, "2024-01-01T12:00:00Z"],
  [{ kind: "duration" }, "1 00:00:01"],
  [{ kind: "uuid" }, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
  [{ kind: "json" }, "text"],
  [{ kind: "ip" }, "192.0.2.1"],
  [{ kind: "float" }, 1.5],
];

/** One change that can be made of a state, or undefined where the draw suits none. */
function drawn(state: ProjectState, random: Random, count: number): Operation | undefined {
  const pick = <T>(values: readonly T[]): T | undefined => values[random(Math.max(1, values.length))];
  const model = pick([...state.values()]);
  const own = model ? Object.keys(model.fields).filter((name) => name !== "id" && name !== "keep") : [];
  const name = pick(own);
  const field = model && name !== undefined ? model.fields[name] : undefined;
  const draw = random(18);
  if (!model || (draw === 0 && state.size < 5)) {
    return {
      type: "createModel",
      model: {
        name: `shop.M${count}`,
        table: `shop_m${count}`,
        fields: { id: key, keep: { kind: "char", maxLength: 30 } },
        uniqueTogether: [],
        indexes: [],
        constraints: [],
      },
    };
  }
  switch (draw) {
    case 1: {
      const isReferred = [...state.values()].some(
        (one) => one.name !== model.name && Object.values(one.fields).some(({ to }) => to === model.name),
      );
      return isReferred || state.size < 3 ? undefined : { type: "deleteModel", name: model.name };
    }
    case 2:
      return { type: "renameModel", name: model.name, to: `shop.R${count}`, table: `shop_r${count}` };
    case 3:
    case 4: {
      const [kind, fill] = pick(kinds) ?? kinds[0] ?? [key, 0];
      const options = random(2) === 0 ? { null: true } : {};
      const indexed = random(3) === 0 ? { index: true } : {};
      const given = random(2) === 0 || !options.null ? { fill } : {};
      return {
        type: "addField",
        model: model.name,
        name: `f${count}`,
        field: { ...kind, ...options, ...indexed },
        ...given,
      };
    }
    case 5: {
      const target = pick([...state.values()]);
      return (
        target && {
          type: "addField",
          model: model.name,
          name: `r${count}`,
          field: { kind: "foreignKey", to: target.name, null: true },
        }
      );
    }
    case 6:
      return name === undefined ? undefined : { type: "removeField", model: model.name, name };
    case 7:
      return name === undefined ? undefined : { type: "renameField", model: model.name, name, to: `n${count}` };
    case 8: {
      if (!field || name === undefined || field.to !== undefined) return undefined;
      const fill = kinds.find(([one]) => one.kind === field.kind)?.[1];
      const { null: isNull, ...kept } = field;
      const altered: FieldState = isNull ? kept : { ...kept, null: true };
      return {
        type: "alterField",
        model: model.name,
        name,
        field: altered,
        ...(isNull && fill !== undefined && { fill }),
      };
    }
    case 9: {
      if (!field || name === undefined) return undefined;
      const { index, ...kept } = field;
      const isIndexed = index ?? field.to !== undefined;
      return {
        type: "alterField",
        model: model.name,
        name,
        field: { ...kept, ...(isIndexed === (field.to !== undefined) && { index: !isIndexed }) },
      };
    }
    case 10:
      if (field?.kind === "char")
        return {
          type: "alterField",
          model: model.name,
          name: name ?? "",
          field: { ...field, maxLength: (field.maxLength ?? 20) + 1 },
        };
      if (field?.kind === "integer")
        return { type: "alterField", model: model.name, name: name ?? "", field: { ...field, kind: "bigInteger" } };
      return { type: "alterTable", model: model.name, table: `shop_t${count}` };
    case 11:
      return (
        field && {
          type: "alterField",
          model: model.name,
          name: name ?? "",
          field: { ...field, column: `Column of ${count}` },
        }
      );
    case 12:
    case 13:
      return {
        type: "addIndex",
        model: model.name,
        index: {
          name: `i${count}`,
          fields: name === undefined || field?.kind === "json" ? ["-keep"] : ["keep", `-${name}`],
          ...(random(2) === 0 && { where: { keep__gte: "b" } }),
        },
      };
    case 14:
    case 15:
      return { type: "addConstraint", model: model.name, constraint: drawnConstraint(`c${count}`, name, random) };
    case 16: {
      const constraint = pick(model.constraints);
      if (constraint) return { type: "removeConstraint", model: model.name, name: constraint.name };
      const index = pick(model.indexes);
      return index && { type: "removeIndex", model: model.name, name: index.name };
    }
    default:
      return {
        type: "alterUniqueTogether",
        model: model.name,
        sets: model.uniqueTogether.length > 0 || name === undefined ? [] : [["keep", name]],
      };
  }
}

/** One that the rows of every state meet. */
function drawnConstraint(name: string, field: string | undefined, random: Random): ConstraintState {
  switch (random(4)) {
    case 0:
      return { name, exclude: { keep: "it's", ...(field !== undefined && { [`${field}__isnull`]: true }) } };
    case 1:
      return {
        name,
        check: [{ keep__gt: f("keep") }, { [`${field ?? "id"}__isnull`]: false }, { keep__isnull: false }],
      };
    case 2:
      return { name, unique: ["keep", "id"] };
    default:
      return { name, unique: ["keep"], where: { keep__in: ["a", "b"] } };
  }
}

let database: Database;
let fresh: Database;
const removals: (() => unknown)[] = [];

async function emptyDatabase(): Promise<Database> {
  if (serverUrl !== undefined) {
    const made = await testDatabase(serverUrl);
    removals.push(() => made.remove());
    return openDatabase(readDatabaseAddress(made.url, "/"));
  }
  const folder = mkdtempSync(join(tmpdir(), "drf-auth-test-"));
  removals.push(() => rmSync(folder, { recursive: true }));
  return openDatabase(readDatabaseAddress(`sqlite:${folder}/db.sqlite3`, "/"), { synchronous: "OFF" });
}

beforeAll(async () => {
  database = await emptyDatabase();
  fresh = await emptyDatabase();
});
afterAll(async () => {
  await database.close();
  await fresh.close();
  for (const remove of removals) await remove();
});

const rowsOf = async (from: Database, sql: string) => from.run({ sql, isWrite: false }, []);

/** What a database says of its tables, whoever named what is in them, and in whichever order it came. */
async function schemaOf(from: Database): Promise<readonly string[]> {
  const lines: string[] = [];
  if (from.dialect === "sqlite") {
    for (const [table] of await rowsOf(
      from,
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'shop%'",
    )) {
      const columns = await rowsOf(from, `SELECT name, type, "notnull", pk FROM pragma_table_info('${table}')`);
      const indexes = await rowsOf(
        from,
        `SELECT "unique", origin, partial, (SELECT group_concat(name || desc) FROM pragma_index_xinfo(list.name) WHERE key) FROM pragma_index_list('${table}') list`,
      );
      const [[sql] = []] = await rowsOf(from, `SELECT sql FROM sqlite_master WHERE name = '${table}'`);
      const checks = [...String(sql).matchAll(/CONSTRAINT "(\w+)" CHECK/g)].map(([, name]) => `check ${name}`);
      const keys = await rowsOf(from, `SELECT "from", "table", "to" FROM pragma_foreign_key_list('${table}')`);
      const all = [
        checks,
        columns.map((row) => `column ${row.join(" ")}`),
        indexes.map((row) => `index ${row.join(" ")}`),
        keys.map((row) => `key ${row.join(" ")}`),
      ];
      lines.push(...all.flat().map((line) => `${table} ${line}`));
    }
    return lines.toSorted();
  }
  const columns = await rowsOf(
    from,
    "SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable, is_identity, column_default FROM information_schema.columns WHERE table_schema = 'public'",
  );
  const constraints = await rowsOf(
    from,
    "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
  );
  const indexes = await rowsOf(
    from,
    "SELECT tablename, regexp_replace(indexdef, 'INDEX .* ON public', 'INDEX ON public') FROM pg_indexes WHERE schemaname = 'public'",
  );
  return [...columns, ...constraints, ...indexes].map((row) => row.join(" ")).toSorted();
}

/** The texts that rows were made with, by the key of the row. */
async function kept(state: ProjectState): Promise<Readonly<Record<string, unknown>>> {
  const found: Record<string, unknown> = {};
  for (const model of state.values()) {
    const rows = await rowsOf(database, `SELECT id, keep FROM ${quoted(model.table)} ORDER BY id`);
    found[model.name] = rows.map((row) => row.join(" "));
  }
  return found;
}

async function matches(state: ProjectState): Promise<void> {
  const editor = new SchemaEditor(fresh);
  const all: Operation[] = [...state.values()].map((model) => ({ type: "createModel", model }));
  const steps = stepsOf(new Map(), all, "fresh");
  await fresh.alterTables(async () => {
    for (const step of steps) await editor.apply(step, "auth.User");
    await editor.finish();
  });
  expect(await schemaOf(database)).toEqual(await schemaOf(fresh));
  await fresh.alterTables(async () => {
    for (const step of undoing(steps, "fresh")) await editor.apply(step, "auth.User");
  });
}

async function run(made: readonly Made[], from: ProjectState, isBack = false): Promise<ProjectState> {
  const editor = new SchemaEditor(database);
  const operations = made.map(({ operation }) => operation);
  const steps = stepsOf(from, operations, "a change");
  const done = isBack ? undoing(steps, "a change") : steps;
  await database.alterTables(async () => {
    for (const step of done) await editor.apply(step, "auth.User");
    await editor.finish();
  });
  return done.at(-1)?.after ?? from;
}

test(`${changes} random changes give what a fresh database has, keep the rows, and come back down`, async () => {
  const random = randomFrom(20_261_124);
  let state: ProjectState = new Map();
  const history: { readonly from: ProjectState; readonly operation: Operation }[] = [];
  for (let count = 0; history.length < changes; count += 1) {
    const operation = drawn(state, random, count);
    if (!operation) continue;
    const before = await kept(state);
    const from = state;
    state = await run([{ operation }], from);
    history.push({ from, operation });
    if (operation.type === "createModel") {
      for (const text of ["a", "b", "c"]) {
        await database.run(
          { sql: `INSERT INTO ${quoted(operation.model.table)} (keep) VALUES ('${text}${count}')`, isWrite: true },
          [],
        );
      }
    }
    const now = await kept(state);
    const expected = Object.entries(before)
      .filter(([name]) => operation.type !== "deleteModel" || operation.name !== name)
      .map(([name, rows]) => [operation.type === "renameModel" && operation.name === name ? operation.to : name, rows]);
    expect(now).toMatchObject(Object.fromEntries(expected));
    if (history.length % 20 === 0) await matches(state);
    expectDetected(from, state, operation);
  }
  await matches(state);
  const seen = new Set(history.map(({ operation }) => operation.type));
  expect(seen.size).toBe(13);
  for (const { from, operation } of history.toReversed()) {
    await run([{ operation }], from, true);
    if (from.size > 0 && random(20) === 0) await matches(from);
  }
  expect(await schemaOf(database)).toEqual([]);
});

/** What detection makes of two states leads from the one to the other. */
function expectDetected(from: ProjectState, to: ProjectState, operation: Operation): void {
  const renames = new Map<string, string | null>();
  if (operation.type === "renameModel") renames.set(operation.name, operation.to);
  if (operation.type === "renameField") renames.set(`${operation.model}.${operation.name}`, operation.to);
  if (operation.type === "removeField") renames.set(`${operation.model}.${operation.name}`, null);
  if (operation.type === "deleteModel") renames.set(operation.name, null);
  const fills = new Map<string, Fill>();
  const { renamed, created, changed, deleted, questions, impossible } = changesBetween(from, to, {
    answers: { renames, fills },
    fillOf: () => 1,
    userName: "auth.User",
  });
  expect({ questions, impossible }).toEqual({ questions: [], impossible: [] });
  const operations: Operation[] = [
    ...renamed,
    ...created.map((model) => ({ type: "createModel" as const, model })),
    ...changed,
    ...deleted,
  ];
  const end = stepsOf(from, operations, "detected").at(-1)?.after ?? from;
  const plain = (state: ProjectState) =>
    [...state.values()]
      .map((model: ModelState) => ({
        ...model,
        fields: new Map(Object.entries(model.fields)),
        uniqueTogether: new Set(model.uniqueTogether.map(String)),
        indexes: new Set(model.indexes),
        constraints: new Set(model.constraints),
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(plain(end)).toEqual(plain(to));
}
