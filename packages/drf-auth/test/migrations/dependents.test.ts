import { afterEach, beforeEach, expect, test } from "vitest";
import { isOnPostgresql } from "../fixtures/thesaurus.ts";
import { id, ProjectOnDatabase } from "./fixtures/project-on-database.ts";

let on: ProjectOnDatabase;

beforeEach(async () => {
  on = await ProjectOnDatabase.make();
  const note = `createModel("notes.Note", { ${id}, text: { kind: "char", maxLength: 50 }, other: { kind: "integer", null: true } })`;
  on.write("0001_initial", note);
  await on.migrate([]);
});
afterEach(() => on[Symbol.asyncDispose]());

const noted = isOnPostgresql
  ? "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; " +
    "CREATE TRIGGER noted BEFORE UPDATE OF text ON notes_note FOR EACH ROW EXECUTE FUNCTION note()"
  : "CREATE TABLE log (text); CREATE TRIGGER noted AFTER INSERT ON notes_note BEGIN INSERT INTO log VALUES (NEW.text); END";
const there = (name: string) =>
  on.read(
    isOnPostgresql
      ? `SELECT 1 FROM pg_class WHERE relname = '${name}' UNION SELECT 1 FROM pg_trigger WHERE tgname = '${name}'`
      : `SELECT 1 FROM sqlite_master WHERE name = '${name}'`,
  );

const view = "CREATE VIEW titles AS SELECT id, text FROM notes_note";
const cases: readonly (readonly [operation: string, name: string, made: string, message: string, dropped: string])[] = [
  ['removeField("notes.Note", "text")', "titles", view, "view titles", "VIEW titles"],
  ['deleteModel("notes.Note")', "titles", view, "view titles", "VIEW titles"],
  [
    'removeField("notes.Note", "text")',
    "noted",
    noted,
    "trigger noted",
    isOnPostgresql ? "TRIGGER noted ON notes_note" : "TRIGGER noted",
  ],
];
const casesOfPostgresql: typeof cases = [
  [
    'deleteModel("notes.Note")',
    "titles",
    view.replace("VIEW", "MATERIALIZED VIEW"),
    "materialized view titles",
    "MATERIALIZED VIEW titles",
  ],
  [
    'deleteModel("notes.Note")',
    "own",
    "CREATE TABLE own (note_id bigint REFERENCES notes_note)",
    "reference own_note_id_fkey of the table own",
    "TABLE own",
  ],
];
const casesOfSqlite: typeof cases = [
  [
    'removeField("notes.Note", "text")',
    "mine",
    "CREATE INDEX mine ON notes_note (lower(text))",
    "index mine",
    "INDEX mine",
  ],
];

test.each([...cases, ...(isOnPostgresql ? casesOfPostgresql : casesOfSqlite)])(
  "%s is refused where something of one's own needs it: %s",
  async (operation, name, made, message, dropped) => {
    await on.run(made);
    const path = on.write("0002_less", operation);
    await expect(on.migrate([])).rejects.toThrow(
      new RegExp(`^${path} failed, and nothing of it was kept, where it .*: .*${message}.* with runSql`),
    );
    expect(await there(name)).toEqual([[1]]);
    await on.run(`DROP ${dropped}`);
    await on.migrate([]);
  },
);

test.runIf(isOnPostgresql)("the plan says so too", async () => {
  await on.run(view);
  on.write("0002_less", 'removeField("notes.Note", "text"), deleteModel("notes.Note")');
  expect((await on.migrate([], { isPlan: true })).filter((line) => line.includes("FAILS: view titles"))).toHaveLength(
    2,
  );
});

test("what names other columns, or was broken before, is in nobody's way", async () => {
  await on.run("CREATE VIEW others AS SELECT id, other FROM notes_note");
  if (!isOnPostgresql) await on.run("CREATE VIEW broken AS SELECT missing FROM notes_note");
  on.write("0002_less", 'removeField("notes.Note", "text")');
  await on.migrate([]);
  expect(await on.read("SELECT * FROM others")).toEqual([]);
});
