import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readMigrations } from "../../src/migrations/files/migration-files.ts";
import { field, model } from "../../src/models/index.ts";
import { isOnPostgresql } from "../fixtures/thesaurus.ts";
import { id, ProjectOnDatabase } from "./fixtures/project-on-database.ts";

const Note = model("notes.Note", { text: field.char({ maxLength: 50 }), count: field.integer() });
const noteTable = `createModel("notes.Note", { ${id}, text: { kind: "char", maxLength: 50 }, count: { kind: "integer" } })`;
let on: ProjectOnDatabase;

beforeEach(async () => {
  on = await ProjectOnDatabase.make();
});
afterEach(() => on[Symbol.asyncDispose]());

const filled = async () => {
  on.write("0001_initial", `${noteTable}, createModel("notes.Other", { ${id} })`);
  await on.migrate([Note]);
  await on.run("INSERT INTO notes_note (text, count) VALUES ('one', 0), ('two', 0)");
};
/** Fails as long as there is no table of this name. */
const gate = 'runSql("INSERT INTO gate VALUES (1)")';
const columns = async (table = "notes_note") =>
  (
    await on.read(
      `SELECT attname FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped`,
    )
  ).map(([name]) => name);

describe.runIf(isOnPostgresql)("a migration that is not atomic goes on after the last step that was finished", () => {
  test.each([
    [
      'runCode(async (database) => { await database.run({ sql: "UPDATE notes_note SET count = count + 1", isWrite: true }, []); })',
    ],
    [
      `createModel("notes.More", { ${id}, note: { kind: "foreignKey", to: "notes.Third" } }), createModel("notes.Third", { ${id} })`,
    ],
    ['renameField("notes.Note", "text", "body")'],
    ['alterField("notes.Note", "text", { kind: "char", maxLength: 60, column: "body" })'],
    ['removeField("notes.Note", "text")'],
    ['renameModel("notes.Note", "notes.Memo"), alterField("notes.Memo", "text", { kind: "text" })'],
    ['alterTable("notes.Note", "memos")'],
    ['deleteModel("notes.Other")'],
    ['addField("notes.Note", "slug", { kind: "char", maxLength: 5, null: true, unique: true })'],
    ['alterUniqueTogether("notes.Note", [["text", "count"]])'],
    ['runSql("UPDATE notes_note SET count = count + 1; UPDATE notes_note SET count = count + 1")'],
  ])("%s", async (operations) => {
    await filled();
    const path = on.write("0002_more", `${operations}, ${gate}, ${gate}`, { isAtomic: false });
    for (const _again of [1, 2]) {
      await expect(on.migrate([Note])).rejects.toThrow(
        new RegExp(
          `^${path} failed, and as it is not atomic, what it did before is kept \\(\\d of \\d steps\\)\\. Mend the cause, ` +
            'and run migrate again: it goes on from there\\. It failed where it runs SQL: relation "gate" does not exist\\.$',
        ),
      );
    }
    await on.run("CREATE TABLE gate (number int)");
    expect(await on.migrate([Note])).toEqual(["Applying notes.0002_more... OK"]);
    expect(await on.read("SELECT count(*) FROM gate")).toEqual([[2]]);
    const counted = operations.includes("notes_note SET count") ? operations.split("count + 1").length - 1 : 0;
    const table = operations.includes("Memo") ? "notes_memo" : operations.includes("memos") ? "memos" : "notes_note";
    expect(await on.read(`SELECT DISTINCT count FROM ${table}`)).toEqual([[counted]]);
    expect(await on.read("SELECT to_regclass('drf_auth_migration_steps')")).toEqual([[null]]);
  });

  test("also on the way back", async () => {
    await filled();
    await on.run("CREATE TABLE gate (number int)");
    const operations = `runSql("SELECT 1", "INSERT INTO gate VALUES (2)"), removeField("notes.Note", "text"), renameField("notes.Note", "count", "number")`;
    on.write("0002_less", operations, { isAtomic: false });
    await on.migrate([Note]);
    expect(await columns()).toEqual(["id", "number"]);
    await on.run("DROP TABLE gate");
    const target = { appLabel: "notes", name: "0001" };
    await expect(on.migrate([Note], { target })).rejects.toThrow(/2 of 3 steps/);
    await on.run("CREATE TABLE gate (number int)");
    await on.migrate([Note], { target });
    expect(await columns()).toEqual(["id", "count", "text"]);
  });

  test("and says so where the steps that are done are no longer those of its file", async () => {
    await filled();
    on.write("0002_more", `renameField("notes.Note", "text", "body"), ${gate}`, { isAtomic: false });
    await expect(on.migrate([Note])).rejects.toThrow(/1 of 2 steps/);
    const [initial, more] = await readMigrations(on.project.folder, "auth.User");
    const operations = [{ type: "removeField", model: "notes.Note", name: "text" }] as const;
    if (!initial || !more) throw new Error("Two were written.");
    const changed = { ...more, migration: { ...more.migration, operations } };
    await expect(on.migrate([Note], { files: [initial, changed] })).rejects.toThrow(
      `${more.path}: step 1 is done, which renames notes.Note.text to body, and another stands in its place now.`,
    );
  });

  test("and what is first on an empty database is done at once, with Django's tables", async () => {
    on.write(
      "0001_initial",
      `${noteTable}, addField("notes.Note", "by", { kind: "foreignKey", to: "user", null: true })`,
      {
        isAtomic: false,
      },
    );
    expect(await on.migrate([Note])).toContain("Applying notes.0001_initial... OK");
  });
});
