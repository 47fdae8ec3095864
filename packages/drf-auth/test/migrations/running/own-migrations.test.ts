import { expect, test } from "vitest";
import { makeMigrations, pendingMigrations, unwrittenChanges } from "../../../src/migrations/index.ts";
import { field, model, ownModels } from "../../../src/models/index.ts";
import { registryOf, ScratchProject } from "../fixtures/scratch-project.ts";

test("migrate makes our own tables, records them as ours, and gives nobody permissions for them", async () => {
  await using project = new ScratchProject();
  const context = { database: project.database, registry: registryOf(ownModels), folder: project.folder };
  expect(await pendingMigrations(context)).toContain("drf_auth.0001_login_attempt");
  expect(await project.migrate(ownModels, { isPlan: true })).toContain(
    "Would make drf-auth's own tables: drf_auth_login_attempt (drf_auth.0001_login_attempt)",
  );
  expect(await project.migrate(ownModels)).toContain("Making drf-auth's own tables (0001_login_attempt)... OK");
  expect(await project.tables()).toContain("drf_auth_login_attempt");
  expect(await project.rows("SELECT app, name FROM drf_auth_migrations")).toEqual([
    "drf_auth 0001_login_attempt",
    "drf_auth 0002_throttle_hits",
  ]);
  expect(await project.rows("SELECT * FROM django_migrations WHERE app = 'drf_auth'")).toEqual([]);
  expect(await project.rows("SELECT * FROM django_content_type WHERE app_label = 'drf_auth'")).toEqual([]);
  expect(await pendingMigrations(context)).toEqual([]);
  expect(await project.migrate(ownModels)).toEqual(["No migrations to apply."]);
});

test("a database that was migrated before we had a table gets it with the next migrate", async () => {
  await using project = new ScratchProject();
  await project.migrate([]);
  expect(await project.migrate(ownModels)).toEqual([
    "Making drf-auth's own tables (0001_login_attempt)... OK",
    "Making drf-auth's own tables (0002_throttle_hits)... OK",
  ]);
});

test("makemigrations writes nothing for our own tables", async () => {
  await using project = new ScratchProject();
  const context = { registry: registryOf(ownModels), folder: project.folder };
  expect(await unwrittenChanges(context)).toEqual([]);
  expect(await makeMigrations(context)).toEqual([]);
});

test("our label is nobody else's, in models and in files", async () => {
  await using project = new ScratchProject();
  const other = model("drf_auth.Other", { name: field.char({ maxLength: 10 }) });
  await expect(project.migrate([other])).rejects.toThrow('The model drf_auth.Other is in "drf_auth"');
  project.writeMigration("drf_auth.0001_other");
  await expect(project.migrate([])).rejects.toThrow('0001_other.ts: "drf_auth" is the label of our own tables.');
});
