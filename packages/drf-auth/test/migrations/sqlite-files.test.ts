import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openDatabase, readDatabaseAddress } from "../../src/database/index.ts";
import { ScratchProject } from "./fixtures/scratch-project.ts";

const id = 'id: { kind: "bigAuto", primaryKey: true }';
const initial = `createModel("notes.Owner", { ${id} }), createModel("notes.Note", { ${id}, owner: { kind: "foreignKey", to: "notes.Owner" } })`;

async function filled(): Promise<ScratchProject> {
  const project = new ScratchProject();
  project.writeMigration("notes.0001_initial", { operations: initial });
  await project.migrate([]);
  await project.execute("INSERT INTO notes_owner (id) VALUES (1)");
  await project.execute("INSERT INTO notes_note (id, owner_id) VALUES (5, 1), (7, 1)");
  return project;
}
const change = (project: ScratchProject, operations: string) =>
  project.writeMigration("notes.0002_more", { dependencies: ["notes.0001_initial"], operations });

test("rows that a migration has refer to nothing are named, and stop it", async () => {
  await using project = await filled();
  const path = change(project, `runSql("DELETE FROM notes_owner")`);
  await expect(project.migrate([])).rejects.toThrow(
    `${path} failed, and nothing of it was kept, for at its end notes_note.owner_id refers to rows of notes_owner that do not ` +
      "exist, in the rows with rowid 5, 7. Mend these rows with runSql or runCode in it.",
  );
  expect(await project.rows("SELECT count(*) FROM notes_owner")).toEqual(["1"]);
});

test("rows that referred to nothing before a migration are told, and are in nobody's way", async () => {
  await using project = await filled();
  await project.database.alterTables(async () => {
    await project.execute("UPDATE notes_note SET owner_id = 9 WHERE id = 7");
  });
  change(
    project,
    'renameModel("notes.Note", "notes.Memo"), addField("notes.Memo", "at", { kind: "date", null: true })',
  );
  expect(await project.migrate([])).toEqual([
    "Warning: notes_note.owner_id refers to rows of notes_owner that do not exist, in the rows with rowid 7. They were there before, and are left as they are.",
    "Applying notes.0002_more... OK",
  ]);
});

test("a copy is made before rows are changed, once, and never of a database that was empty", async () => {
  await using project = await filled();
  let copies = 0;
  const backUp = async () => `copy ${(copies += 1)}`;
  change(project, `runSql("UPDATE notes_note SET owner_id = 1")`);
  project.writeMigration("notes.0003_more", {
    dependencies: ["notes.0002_more"],
    operations: "runCode(async () => {})",
  });
  expect(await project.migrate([], { backUp })).toEqual([
    "Copied the database to copy 1.",
    "Applying notes.0002_more... OK",
    "Applying notes.0003_more... OK",
  ]);
  await using empty = new ScratchProject();
  empty.writeMigration("notes.0001_initial", { operations: `${initial}, runCode(async () => {})` });
  await empty.migrate([], { backUp });
  expect(copies).toBe(1);
});

test("a change of tables waits for another process as long as that takes, and says so", async () => {
  await using project = await filled();
  change(project, 'addField("notes.Note", "at", { kind: "date", null: true })');
  const holder = fileURLToPath(new URL("../database/sqlite/lock-holder.ts", import.meta.url));
  const child = spawn(process.execPath, [holder, project.databasePath], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const database = await openDatabase(readDatabaseAddress(`sqlite:${project.databasePath}`, "/"), { busySeconds: 0.1 });
  const lines: string[] = [];
  const migrating = project.migrate([], { database, log: (line) => lines.push(line) });
  await expect
    .poll(() => lines, { timeout: 20_000 })
    .toEqual(["Waiting for another process that writes to the database."]);
  child.stdin.end();
  await migrating;
  expect(lines.at(-1)).toBe("Applying notes.0002_more... OK");
  await database.close();
});
