import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase, readDatabaseAddress } from "../../src/database/index.ts";
import { makeMigrations, migrate } from "../../src/migrations/index.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { isOnPostgresql } from "../fixtures/thesaurus.ts";
import { registryOf, ScratchProject } from "./fixtures/scratch-project.ts";
import { thesaurus } from "./fixtures/thesaurus.ts";

const program = fileURLToPath(new URL("fixtures/migrate-process.ts", import.meta.url));
let project: ScratchProject;
let url: string;
let database: Database;
let remove: () => Promise<void>;

beforeAll(async () => {
  project = new ScratchProject();
  const made = isOnPostgresql ? await testDatabase(process.env["TEST_DATABASE_URL"] ?? "") : undefined;
  url = made?.url ?? `sqlite:${project.databasePath}`;
  database = await openDatabase(readDatabaseAddress(url, "/"));
  remove = async () => {
    await database.close();
    await made?.remove();
    await project[Symbol.asyncDispose]();
  };
  await makeMigrations({ registry: registryOf(thesaurus), folder: project.folder });
});
afterAll(() => remove());

const read = async (sql: string) => database.run({ sql, isWrite: false }, []);

async function started(): Promise<{ readonly child: ChildProcess; readonly next: () => Promise<string> }> {
  const child = spawn(process.execPath, [program, url, project.folder], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe("ready");
  return { child, next };
}

test("of ten processes that migrate at once each migration is applied by one", async () => {
  const processes = await Promise.all(Array.from({ length: 10 }, () => started()));
  for (const { child } of processes) child.stdin?.write("go\n");
  const applied = await Promise.all(processes.map(({ next }) => next()));
  await Promise.all(processes.map(({ child }) => child.exitCode ?? once(child, "exit")));
  expect(applied.flatMap((one) => JSON.parse(one) as string[]).toSorted()).toEqual([
    "auth",
    "contenttypes",
    "sessions",
    "thesaurus.0001_initial",
    "token_blacklist",
  ]);
  expect(await read("SELECT count(*), count(DISTINCT app || name) FROM django_migrations")).toEqual([[27, 27]]);
  expect(await read("SELECT count(*) FROM drf_auth_migrations")).toEqual([[1]]);
});

test("a process that is killed in the middle of a migration leaves everything as it was", async () => {
  await database.run({ sql: "INSERT INTO thesaurus_tag (name) VALUES ('kept')", isWrite: true }, []);
  const body = (middle: string) =>
    `addField("thesaurus.Tag", "colour", { kind: "char", maxLength: 9 }, { fill: "red" }), runCode(async () => { ${middle} })`;
  const waiting =
    'process.stdout.write("in the middle\\\\n"); await new Promise((resolve) => setTimeout(resolve, 60_000));';
  const options = { dependencies: ["thesaurus.0001_initial"] };
  project.writeMigration("thesaurus.0002_colour", { ...options, operations: body(waiting.replace("\\\\", "\\")) });
  const { child, next } = await started();
  child.stdin?.write("go\n");
  expect(await next()).toBe("in the middle");
  child.kill("SIGKILL");
  await once(child, "exit");
  project.writeMigration("thesaurus.0003_colour", { ...options, operations: body("") });
  const { rmSync } = await import("node:fs");
  rmSync(`${project.folder}/thesaurus/0002_colour.ts`);
  expect(await read("SELECT name FROM thesaurus_tag")).toEqual([["kept"]]);
  await expect(async () => read("SELECT colour FROM thesaurus_tag")).rejects.toThrow(/colour/);
  const log: string[] = [];
  await migrate({
    database,
    folder: project.folder,
    registry: registryOf(thesaurus),
    log: (line) => void log.push(line),
  });
  expect(log).toEqual(["Applying thesaurus.0003_colour... OK"]);
  expect(await read("SELECT name, colour FROM thesaurus_tag")).toEqual([["kept", "red"]]);
});

test("of two that come to a migration in no transaction one applies it, and the other waits in nobody's way", async () => {
  project.writeMigration("thesaurus.0004_mark", {
    dependencies: ["thesaurus.0003_colour"],
    operations: 'addField("thesaurus.Tag", "mark", { kind: "integer", index: true }, { fill: 0 })',
    isAtomic: false,
  });
  const processes = await Promise.all([started(), started()]);
  for (const { child } of processes) child.stdin?.write("go\n");
  const applied = await Promise.all(processes.map(({ next }) => next()));
  await Promise.all(processes.map(({ child }) => child.exitCode ?? once(child, "exit")));
  expect(applied.flatMap((one) => JSON.parse(one) as string[])).toEqual(["thesaurus.0004_mark"]);
});
