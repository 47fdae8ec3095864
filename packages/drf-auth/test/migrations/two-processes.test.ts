import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { makeMigrations } from "../../src/migrations/index.ts";
import { registryOf, ScratchProject } from "./fixtures/scratch-project.ts";
import { thesaurus } from "./fixtures/thesaurus.ts";

const program = fileURLToPath(new URL("fixtures/migrate-process.ts", import.meta.url));

async function ready(
  project: ScratchProject,
): Promise<{ readonly child: ChildProcess; readonly next: () => Promise<string> }> {
  const child = spawn(process.execPath, [program, `sqlite:${project.databasePath}`, project.folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe("ready");
  return { child, next };
}

test("of processes that migrate at once one applies everything, and the others find nothing to do", async () => {
  await using project = new ScratchProject();
  await makeMigrations({ registry: registryOf(thesaurus), folder: project.folder });
  // While this holds the lock, all of them see an empty database and ask for it.
  const processes = await Promise.all([ready(project), ready(project), ready(project)]);
  await project.database.transaction(async () => {
    for (const { child } of processes) child.stdin?.write("go\n");
    await new Promise((resolve) => setTimeout(resolve, 400));
  });
  const applied = await Promise.all(processes.map(({ next }) => next()));
  await Promise.all(processes.map(({ child }) => child.exitCode ?? once(child, "exit")));
  expect(applied.sort()).toEqual([
    '["contenttypes","auth","sessions","token_blacklist","thesaurus.0001_initial"]',
    "[]",
    "[]",
  ]);
  expect(await project.rows("SELECT count(*), count(DISTINCT app || name) FROM django_migrations")).toEqual(["27 27"]);
  expect(await project.rows("SELECT count(*) FROM drf_auth_migrations")).toEqual(["1"]);
  expect(
    await project.rows("SELECT count(*), count(DISTINCT content_type_id || codename) FROM auth_permission"),
  ).toEqual(["40 40"]);
});
