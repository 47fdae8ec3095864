import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readMigrations } from "../../src/migrations/files/migration-files.ts";
import { appliedMigrations, pendingMigrations } from "../../src/migrations/index.ts";
import { field, model } from "../../src/models/index.ts";
import { command } from "../cli/command-line.ts";
import { isOnPostgresql } from "../fixtures/thesaurus.ts";
import { id, ProjectOnDatabase } from "./fixtures/project-on-database.ts";
import { registryOf } from "./fixtures/scratch-project.ts";

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

describe.runIf(isOnPostgresql)("a migration that was left half done", () => {
  const more = 'addField("notes.Note", "more", { kind: "integer" }, { fill: 5 })';
  const most = 'addField("notes.Note", "most", { kind: "integer", null: true })';
  const context = () => ({ database: on.database, folder: on.project.folder, registry: registryOf([Note]) });
  const shown = async () => (await appliedMigrations(context())).find(({ name }) => name === "0003_more");
  const halfApplied = async () => {
    await filled();
    on.write("0002_nothing", "");
    on.write("0003_more", `${more}, ${gate}, ${most}`, { isAtomic: false });
    await expect(on.migrate([Note])).rejects.toThrow(/1 of 3 steps/);
  };
  const halfUndone = async (migrate: () => Promise<unknown> = () => on.migrate([Note])) => {
    on.write("0001_initial", noteTable);
    on.write("0002_nothing", "");
    on.write("0003_more", `${more}, runSql("SELECT 1", "INSERT INTO gate VALUES (1)"), ${most}`, { isAtomic: false });
    await migrate();
    await expect(on.migrate([Note], { target: { appLabel: "notes", name: "0002" } })).rejects.toThrow(/1 of 3 steps/);
  };

  test.each(["0001", "0002", "zero"])("keeps what is before it from being undone, as far as %s", async (name) => {
    await halfApplied();
    const refused =
      "Nothing was changed, for notes.0003_more is half done (1 of 3 steps done). First run npx drf-auth migrate notes " +
      "0003_more, which finishes it.";
    for (const how of [{}, { isPlan: true }, { isSql: true }]) {
      await expect(on.migrate([Note], { target: { appLabel: "notes", name }, ...how })).rejects.toThrow(refused);
    }
    expect(await columns()).toEqual(["id", "text", "count", "more"]);
    await on.run("CREATE TABLE gate (number int)");
    expect(await on.migrate([Note], { target: { appLabel: "notes", name: "0003_more" } })).toEqual([
      "Applying notes.0003_more... OK",
    ]);
    expect(await columns()).toEqual(["id", "text", "count", "more", "most"]);
  });

  test("is finished by a plain migrate, with a plan of the steps that are left", async () => {
    await halfApplied();
    expect(await on.migrate([Note], { isPlan: true })).toEqual([
      "Would apply notes.0003_more (1 of 3 steps done)",
      "  - runs SQL",
      "  - adds notes.Note.most",
    ]);
    expect(await pendingMigrations(context())).toEqual(["notes.0003_more (1 of 3 steps done)"]);
    expect(await shown()).toMatchObject({ isApplied: false, halfDone: "1 of 3 steps done" });
    await on.run("CREATE TABLE gate (number int)");
    expect(await on.migrate([Note])).toEqual(["Applying notes.0003_more... OK"]);
    expect(await shown()).toEqual({ appLabel: "notes", name: "0003_more", isApplied: true, isLost: false });
  });

  test("stays one that is not atomic until it is finished", async () => {
    await halfApplied();
    const files = (await readMigrations(on.project.folder, "auth.User")).map((file) => ({
      ...file,
      migration: { ...file.migration, isAtomic: true },
    }));
    await expect(on.migrate([Note], { files })).rejects.toThrow(/1 of 3 steps done.*let it have isAtomic: false in/);
    expect(await columns()).toEqual(["id", "text", "count", "more"]);
  });

  test("is let finish first where there are several", async () => {
    await halfApplied();
    const step = "INSERT INTO drf_auth_migration_steps VALUES ('notes', '0002_nothing', 'undo', 0, 'runs SQL')";
    await on.run(step);
    await on.run("CREATE TABLE gate (number int)");
    await on.migrate([Note], { target: { appLabel: "notes", name: "0003" } });
    await expect(on.migrate([Note])).rejects.toThrow(/migrate notes 0001_initial, which finishes the undo/);
  });

  test("asks for its file where that is gone", async () => {
    await halfApplied();
    on.write("0003_other", "");
    await expect(on.migrate([Note])).rejects.toThrow(
      "Nothing was changed, for notes.0003_more is half done (1 steps done). Its file is gone: bring it back, and finish it.",
    );
  });

  test("on the way back keeps others from being applied, and is not up to date", async () => {
    await halfUndone();
    on.write("0004_later", "");
    const refused =
      "Nothing was changed, for notes.0003_more is half undone (undo broken off: 1 of 3 steps undone). First run npx " +
      "drf-auth migrate notes 0002_nothing, which finishes the undo.";
    for (const how of [{}, { isPlan: true }, { target: { appLabel: "notes", name: "0003" } }]) {
      await expect(on.migrate([Note], how)).rejects.toThrow(refused);
    }
    expect(await pendingMigrations(context())).toEqual([
      "notes.0004_later",
      "notes.0003_more (undo broken off: 1 of 3 steps undone)",
    ]);
    expect(await shown()).toMatchObject({ isApplied: true, halfDone: "undo broken off: 1 of 3 steps undone" });
    await on.run("CREATE TABLE gate (number int)");
    const target = { appLabel: "notes", name: "0002_nothing" };
    expect(await on.migrate([Note], { target, isPlan: true })).toEqual([
      "Would undo notes.0003_more (undo broken off: 1 of 3 steps undone)",
      "  - runs SQL",
      "  - removes notes.Note.more, and LOSES WHAT IS IN IT",
    ]);
    await on.migrate([Note], { target });
    expect(await columns()).toEqual(["id", "text", "count"]);
    await on.migrate([Note]);
    expect(await columns()).toEqual(["id", "text", "count", "more", "most"]);
  });

  test("is marked by showmigrations, and no success to migrate --check", async () => {
    const app = on.project.write(
      "app.ts",
      'import { application, field, model } from "drf-auth"; const models = [model("notes.Note", { text: field.text() })]; ' +
        "export default application({ settings: {}, models, routes: [] });",
    );
    const run = (...words: string[]) =>
      command([...words, "--app", app], { DATABASE_URL: on.url, SECRET_KEY: "k".repeat(32) }, on.project.root);
    await halfUndone(() => run("migrate"));
    const sentence = "undo broken off: 1 of 3 steps undone";
    expect((await run("showmigrations", "notes")).said).toContain(`\n [X] 0003_more (${sentence})`);
    expect(JSON.parse((await run("showmigrations", "notes", "--json")).said)).toContainEqual(
      expect.objectContaining({ name: "0003_more", isApplied: true, halfDone: sentence }),
    );
    expect(await run("migrate", "--check")).toMatchObject({
      code: 1,
      said: `Not applied yet: notes.0003_more (${sentence})`,
    });
  });
});

test.runIf(isOnPostgresql)("a constraint that rows violated is made as its mended migration has it", async () => {
  await filled();
  // A module is loaded once: one that was mended has another name.
  const write = (name: string, bound: number) =>
    on.write(name, `all.addConstraint("notes.Note", { name: "bound", check: { count__lt: ${bound} } })`, {
      isAtomic: false,
    });
  write("0002_bound", 0);
  await expect(on.migrate([Note])).rejects.toThrow(/A row violates the constraint bound/);
  write("0002_mended", 4);
  expect(await on.migrate([Note])).toEqual(["Applying notes.0002_mended... OK"]);
  expect(await on.read("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'bound'")).toEqual([
    ["CHECK ((count < '4'::bigint))"],
  ]);
});
