import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pendingMigrations } from "../../src/migrations/index.ts";
import { field, model } from "../../src/models/index.ts";
import { isOnPostgresql } from "../fixtures/thesaurus.ts";
import { id, ProjectOnDatabase } from "./fixtures/project-on-database.ts";
import { registryOf } from "./fixtures/scratch-project.ts";

const Note = model("notes.Note", { text: field.char({ maxLength: 50 }) });
let on: ProjectOnDatabase;

beforeEach(async () => {
  on = await ProjectOnDatabase.make();
  on.write("0001_initial", `createModel("notes.Note", { ${id}, text: { kind: "char", maxLength: 50 } })`);
  await on.migrate([Note]);
  await on.run("INSERT INTO notes_note (text) VALUES ('one'), ('two')");
});
afterEach(() => on[Symbol.asyncDispose]());

const texts = async () => (await on.read("SELECT text FROM notes_note ORDER BY id")).map(([text]) => text);
const pending = () =>
  pendingMigrations({ database: on.database, folder: on.project.folder, registry: registryOf([Note]) });

describe.each([true, false])("SQL of one's own (atomic: %s)", (isAtomic) => {
  test("runs whole where it is several statements", async () => {
    const sql = "UPDATE notes_note SET text = text || ';'; UPDATE notes_note SET text = text || '!'; -- all";
    on.write("0002_own", `runSql(${JSON.stringify(sql)})`, { isAtomic });
    expect(await on.migrate([Note])).toEqual(["Applying notes.0002_own... OK"]);
    expect(await texts()).toEqual(["one;!", "two;!"]);
  });

  test("may hold semicolons of its own: triggers, functions", async () => {
    const sqlite =
      "CREATE TABLE log (text); CREATE TRIGGER noted AFTER INSERT ON notes_note BEGIN " +
      "INSERT INTO log VALUES ('a;b'); INSERT INTO log VALUES (NEW.text); END; INSERT INTO log VALUES ('made');";
    const postgresql =
      "CREATE TABLE log (text text); CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN " +
      "INSERT INTO log VALUES ('a;b'); INSERT INTO log VALUES (NEW.text); RETURN NEW; END $body$; " +
      "CREATE TRIGGER noted AFTER INSERT ON notes_note FOR EACH ROW EXECUTE FUNCTION note(); INSERT INTO log VALUES ('made')";
    on.write("0002_own", `runSql(${JSON.stringify({ sqlite, postgresql })})`, { isAtomic });
    await on.migrate([Note]);
    await on.run("INSERT INTO notes_note (text) VALUES ('new')");
    expect(await on.read("SELECT text FROM log")).toEqual([["made"], ["a;b"], ["new"]]);
  });

  test("keeps nothing where one of its statements fails", async () => {
    const path = on.write("0002_own", `runSql("UPDATE notes_note SET text = 'x'; SELECT * FROM nowhere")`, {
      isAtomic,
    });
    await expect(on.migrate([Note])).rejects.toThrow(new RegExp(`^${path} failed, .* where it runs SQL: .*nowhere`));
    expect(await texts()).toEqual(["one", "two"]);
  });
});

test.each([
  ["UPDATE notes_note SET text = 'x'; COMMIT"],
  ["UPDATE notes_note SET text = 'x'; COMMIT; SELECT * FROM nowhere"],
  ["UPDATE notes_note SET text = 'x'; COMMIT; BEGIN"],
  ["COMMIT; BEGIN; UPDATE notes_note SET text = 'x'; SELECT * FROM nowhere"],
  ["ROLLBACK"],
])("the transaction of a migration does not end unseen: %s", async (sql) => {
  const path = on.write("0002_own", `runSql(${JSON.stringify(sql)}), runSql("UPDATE notes_note SET text = 'after'")`);
  await expect(on.migrate([Note])).rejects.toThrow(
    `${path} failed where it runs SQL: COMMIT, ROLLBACK or BEGIN in it ended or left open a transaction that is not its own`,
  );
  expect(await texts()).not.toContain("after");
  expect(await pending()).toEqual(["notes.0002_own"]);
  on.write("0002_mended", `runSql("UPDATE notes_note SET text = 'well'")`);
  await on.migrate([Note]);
  expect(await texts()).toEqual(["well", "well"]);
});

test("code that ends the transaction is seen too", async () => {
  on.write("0002_own", `runCode(async (database) => { await database.run({ sql: "COMMIT", isWrite: true }, []); })`);
  await expect(on.migrate([Note])).rejects.toThrow(/0002_own\.ts failed where it runs code: COMMIT, ROLLBACK or BEGIN/);
  expect(await pending()).toEqual(["notes.0002_own"]);
});

test.runIf(isOnPostgresql)("outside of a transaction none may be left open", async () => {
  on.write("0002_own", `runSql("BEGIN; UPDATE notes_note SET text = 'x'")`, { isAtomic: false });
  await expect(on.migrate([Note])).rejects.toThrow(/left open a transaction/);
  expect(await texts()).toEqual(["one", "two"]);
  on.write("0002_mended", `runSql("CREATE INDEX CONCURRENTLY mine ON notes_note (text)")`, { isAtomic: false });
  await on.migrate([Note]);
});

test("code that does not await what fails is a failure of its step", async () => {
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  try {
    const statement = '{ sql: "UPDATE nowhere SET text = 1", isWrite: true }';
    const path = on.write(
      "0002_own",
      `runCode(async (database) => { void (async () => database.run(${statement}, []))(); })`,
    );
    await expect(on.migrate([Note])).rejects.toThrow(
      new RegExp(
        `^${path} failed, and nothing of it was kept, where it runs code: it does not await everything .*nowhere`,
      ),
    );
    expect(await pending()).toEqual(["notes.0002_own"]);
  } finally {
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
});
