import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pendingMigrations } from "../../../src/migrations/index.ts";
import { field, model, type Model } from "../../../src/models/index.ts";
import { isOnPostgresql } from "../../fixtures/thesaurus.ts";
import { id, ProjectOnDatabase } from "../fixtures/project-on-database.ts";
import { registryOf } from "../fixtures/scratch-project.ts";

const Note = model("notes.Note", { text: field.char({ maxLength: 50 }), other: field.integer({ null: true }) });
const Memo = model("notes.Memo", { text: field.char({ maxLength: 50 }), other: field.integer({ null: true }) });
/** One whose tables are changed by what is shown, and one that migrate changes. */
let [shown, migrated]: ProjectOnDatabase[] = [];
const both = () => [shown, migrated] as readonly ProjectOnDatabase[] as [ProjectOnDatabase, ProjectOnDatabase];

const trigger = isOnPostgresql
  ? "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (NEW.id); RETURN NEW; END'; " +
    "CREATE TRIGGER noted AFTER INSERT ON notes_note FOR EACH ROW EXECUTE FUNCTION note()"
  : "CREATE TRIGGER noted AFTER INSERT ON notes_note BEGIN INSERT INTO log VALUES (NEW.id); END";

beforeEach(async () => {
  [shown, migrated] = await Promise.all([ProjectOnDatabase.make(), ProjectOnDatabase.make()]);
  for (const on of both()) {
    on.write(
      "0001_initial",
      `createModel("notes.Owner", { ${id} }), createModel("notes.Note", { ${id}, text: { kind: "char", maxLength: 50 }, other: { kind: "integer", null: true }, owner: { kind: "foreignKey", to: "notes.Owner", null: true } })`,
    );
    await on.migrate([Note]);
    await on.run(
      "CREATE TABLE log (id bigint); INSERT INTO notes_owner (id) VALUES (1); INSERT INTO notes_note (text, owner_id) VALUES ('one', 1), ('two', 1), ('gone', 1)",
    );
    await on.run(
      `DELETE FROM notes_note WHERE text = 'gone'; CREATE INDEX mine ON notes_note (lower(text)); CREATE VIEW texts AS SELECT id, text FROM notes_note; ${trigger}`,
    );
  }
});
afterEach(async () => {
  for (const on of both()) await on[Symbol.asyncDispose]();
});

async function runLines(on: ProjectOnDatabase, lines: readonly string[]): Promise<void> {
  if (!isOnPostgresql) {
    const file = new DatabaseSync(on.database.location);
    file.exec(lines.join("\n"));
    return file.close();
  }
  const client = new Client({ connectionString: on.url });
  await client.connect();
  for (const line of lines) await client.query(line);
  await client.end();
}

const schema = async (on: ProjectOnDatabase) => {
  const statements = isOnPostgresql
    ? [
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexdef",
        "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1",
      ]
    : [
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name",
        "SELECT name, seq FROM sqlite_sequence WHERE name NOT LIKE '%migrations' AND name NOT LIKE 'auth%' AND name NOT LIKE 'django%' ORDER BY name",
      ];
  const found = [];
  for (const sql of statements) found.push(await on.read(sql));
  return [...found, await on.read("SELECT app_label, model FROM django_content_type ORDER BY 1, 2")];
};

async function same(models: readonly Model[], change: (on: ProjectOnDatabase) => void): Promise<string> {
  const [one, other] = both();
  change(one);
  change(other);
  const before = await schema(one);
  const lines = await one.migrate(models, { isSql: true });
  expect(await schema(one)).toEqual(before);
  await runLines(one, lines);
  const context = { database: one.database, folder: one.project.folder, registry: registryOf(models) };
  expect(await pendingMigrations(context)).toEqual([]);
  await other.migrate(models);
  expect(await schema(one)).toEqual(await schema(other));
  await one.migrate(models);
  expect(await schema(one)).toEqual(await schema(other));
  return lines.join("\n");
}

const addOther =
  'alterField("notes.Note", "other", { kind: "integer", null: true, unique: true }), all.addIndex("notes.Note", { name: "by_text", fields: ["text"] })';

describe.each([true, false])("the SQL that is shown leads to what migrate makes (atomic: %s)", (isAtomic) => {
  test.each<[string, readonly Model[], readonly string[]]>([
    [
      "a table with rows is changed",
      [Note],
      ['addField("notes.Note", "new", { kind: "char", maxLength: 9 }, { fill: "it\'s" })'],
    ],
    [
      "two fields go, in two migrations",
      [Note],
      ['removeField("notes.Note", "other")', 'removeField("notes.Note", "owner")'],
    ],
    [
      "a field has another name and is altered",
      [Note],
      [
        'renameField("notes.Note", "other", "more")',
        'alterField("notes.Note", "more", { kind: "bigInteger", null: true, index: true })',
      ],
    ],
    [
      "a model has another name and is changed",
      [Memo],
      [
        'renameModel("notes.Note", "notes.Memo"), addField("notes.Memo", "new", { kind: "integer", null: true, index: true })',
      ],
    ],
    [
      "what one makes the next removes",
      [Note],
      [
        addOther,
        'renameField("notes.Note", "other", "more"), alterField("notes.Note", "more", { kind: "integer", null: true }), all.removeIndex("notes.Note", "by_text")',
      ],
    ],
    [
      "SQL of one's own refers to rows",
      [Note],
      [
        `runSql("INSERT INTO notes_note (text, owner_id) VALUES ('x', 1); UPDATE notes_note SET other = 1")`,
        'addField("notes.Note", "new", { kind: "integer", null: true })',
      ],
    ],
    [
      "a model goes and comes again",
      [Note],
      [
        'removeField("notes.Note", "owner")',
        'deleteModel("notes.Owner")',
        `createModel("notes.Owner", { ${id}, name: { kind: "text" } })`,
      ],
    ],
  ])("%s", async (_what, models, operations) => {
    const text = await same(models, (on) => {
      for (const [index, one] of operations.entries()) on.write(`000${index + 2}_more`, one, { isAtomic });
    });
    expect(text).not.toContain("drf_auth_sql");
    expect([...text.matchAll(/^BEGIN;$/gm)]).toHaveLength(isAtomic || !isOnPostgresql ? operations.length : 0);
  });
});

test("code is named and not run, and what depends on the rows that it fills is shown", async () => {
  const [one] = both();
  one.write(
    "0002_null",
    'addField("notes.Note", "slug", { kind: "char", maxLength: 50, null: true }), runCode(async () => { throw new Error("It ran."); }), alterField("notes.Note", "slug", { kind: "char", maxLength: 50, unique: true })',
  );
  const lines = await one.migrate([Note], { isSql: true });
  expect(lines.join("\n")).toMatch(/-- .*0002_null\.ts runs code here, which is not SQL: only migrate runs it\./);
  expect(lines.filter((line) => /"slug"/.test(line)).length).toBeGreaterThan(1);
});

test("SQL that would end the transaction changes nothing", async () => {
  const [one] = both();
  one.write("0002_end", `runSql("ROLLBACK; UPDATE notes_note SET text = 'changed'")`);
  await expect(one.migrate([Note], { isSql: true })).rejects.toThrow(/0002_end\.ts cannot be shown as SQL/);
  expect(await one.read("SELECT DISTINCT text FROM notes_note ORDER BY 1")).toEqual([["one"], ["two"]]);
  await expect(one.migrate([Note], { isSql: true })).rejects.toThrow(/0002_end\.ts cannot be shown as SQL/);
});

test.runIf(isOnPostgresql)("who may make no schema is told what to grant", async () => {
  const [one] = both();
  const name = `reader_${process.pid}_${Date.now()}`;
  await one.run(`CREATE ROLE ${name} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${name}`);
  one.write("0002_more", 'addField("notes.Note", "new", { kind: "integer", null: true })');
  await one.run(`SET ROLE ${name}`);
  try {
    const shownTo = one.database.transaction(async () => {
      await one.run(`SET LOCAL ROLE ${name}`);
      return one.migrate([Note], { isSql: true });
    });
    await expect(shownTo).rejects.toThrow(/may make none .*GRANT CREATE ON DATABASE/);
  } finally {
    await one.run(`RESET ROLE`);
    await one.run(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
  }
});
