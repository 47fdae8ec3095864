import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { makeMigrations, pendingMigrations } from "../../../src/migrations/index.ts";
import { field, model } from "../../../src/models/index.ts";
import { registryOf, ScratchProject } from "../fixtures/scratch-project.ts";
import { Tag, thesaurus } from "../fixtures/thesaurus.ts";

const noteTable = (name: string) =>
  `createModel("notes.${name}", { id: { kind: "bigAuto", primaryKey: true }, at: { kind: "dateTime", index: true } })`;
const fields = { at: field.dateTime({ index: true }) };
const [One, Two] = [model("notes.One", fields), model("notes.Two", fields)];

/** Two migrations of one application, for the models One and Two. */
function writeBoth(project: ScratchProject): string {
  project.writeMigration("notes.0001_initial", { operations: noteTable("One") });
  return project.writeMigration("notes.0002_two", {
    dependencies: ["notes.0001_initial"],
    operations: noteTable("Two"),
  });
}

describe("migrate", () => {
  test("applies what is pending, records it, and says a line for each", async () => {
    await using project = new ScratchProject();
    await project.migrate([]);
    writeBoth(project);
    const { database, folder } = project;
    const registry = registryOf([One, Two]);
    expect(await pendingMigrations({ database, folder, registry })).toEqual(["notes.0001_initial", "notes.0002_two"]);
    expect(await project.migrate([One, Two])).toEqual([
      "Applying notes.0001_initial... OK",
      "Applying notes.0002_two... OK",
    ]);
    expect(await project.rows("SELECT id, app, name FROM drf_auth_migrations ORDER BY id")).toEqual([
      "1 notes 0001_initial",
      "2 notes 0002_two",
    ]);
    expect(await pendingMigrations({ database, folder, registry })).toEqual([]);
    expect(await project.migrate([One, Two])).toEqual(["No migrations to apply."]);
  });

  test("keeps nothing of a migration that fails, and what was applied before it; names its file", async () => {
    await using project = new ScratchProject();
    const path = writeBoth(project);
    await project.execute("CREATE TABLE other (at)");
    await project.execute('CREATE INDEX "notes_two_at_b4ab2202" ON other (at)');
    await expect(project.migrate([One, Two])).rejects.toThrow(
      `${path} failed, and nothing of it was kept, where it makes the table of notes.Two: index notes_two_at_b4ab2202 already exists`,
    );
    expect((await project.tables()).filter((name) => /^(notes|other)/.test(name))).toEqual(["notes_one", "other"]);
    expect(await project.rows("SELECT name FROM drf_auth_migrations")).toEqual(["0001_initial"]);
    await project.execute('DROP INDEX "notes_two_at_b4ab2202"');
    expect(await project.migrate([One, Two])).toContain("Applying notes.0002_two... OK");
  });

  test("says what it would do, and does nothing, when it is asked for a plan", async () => {
    await using project = new ScratchProject();
    writeBoth(project);
    expect(await project.migrate([One, Two], { isPlan: true })).toEqual([
      "Would make Django's tables of contenttypes: django_content_type",
      "Would make Django's tables of auth: auth_user, auth_permission, auth_group, auth_group_permissions, auth_user_groups, auth_user_user_permissions",
      "Would make Django's tables of sessions: django_session",
      "Would make Django's tables of token_blacklist: token_blacklist_outstandingtoken, token_blacklist_blacklistedtoken",
      "Would apply notes.0001_initial",
      "  - makes the table of notes.One",
      "Would apply notes.0002_two",
      "  - makes the table of notes.Two",
    ]);
    expect(await project.tables()).toEqual([]);
  });

  test("warns of an applied migration whose file is gone, and goes on: an older release must start too", async () => {
    await using project = new ScratchProject();
    const path = writeBoth(project);
    await project.migrate([One, Two]);
    rmSync(path);
    expect(await project.migrate([One])).toEqual([
      `Warning: notes.0002_two is applied, and its file is not in ${project.folder}.`,
      "No migrations to apply.",
    ]);
  });

  test("stops when something is applied before what it needs", async () => {
    await using project = new ScratchProject();
    writeBoth(project);
    await project.migrate([One, Two]);
    await project.execute("DELETE FROM drf_auth_migrations WHERE name = '0001_initial'");
    await expect(project.migrate([One, Two])).rejects.toThrow(
      "notes.0002_two is applied, and notes.0001_initial, which it needs, is not",
    );
  });

  test("stops when two migrations make the same table", async () => {
    await using project = new ScratchProject();
    project.writeMigration("notes.0001_initial", { operations: noteTable("One") });
    const path = project.writeMigration("notes.0002_again", {
      dependencies: ["notes.0001_initial"],
      operations: noteTable("One"),
    });
    await expect(project.migrate([One])).rejects.toThrow(
      `${path} makes the table of notes.One, which a migration before it made`,
    );
  });
});

describe("tables that are there already", () => {
  async function withTables(...statements: readonly string[]): Promise<ScratchProject> {
    const project = new ScratchProject();
    await makeMigrations({ registry: registryOf(thesaurus), folder: project.folder });
    await project.migrate(thesaurus);
    await project.execute("DELETE FROM drf_auth_migrations");
    for (const statement of statements) await project.execute(statement);
    return project;
  }

  test("are never made again, and the way out is named", async () => {
    await using project = await withTables();
    await expect(project.migrate(thesaurus)).rejects.toThrow(
      /0001_initial\.ts: nothing was changed, for these tables are there already: thesaurus_tag, thesaurus_word, thesaurus_event. If Django made them, run npx drf-auth migrate --fake-initial\./,
    );
  });

  test("are recorded and left as they are by migrate --fake-initial", async () => {
    await using project = await withTables("INSERT INTO thesaurus_tag (name) VALUES ('kept')");
    expect(await project.migrate(thesaurus, { isFakeInitial: true })).toEqual([
      "Applying thesaurus.0001_initial... FAKED",
    ]);
    expect(await project.rows("SELECT name FROM thesaurus_tag")).toEqual(["kept"]);
    expect(await project.migrate(thesaurus)).toEqual(["No migrations to apply."]);
  });

  test("are made by migrate --fake-initial where none is there", async () => {
    await using project = new ScratchProject();
    await makeMigrations({ registry: registryOf([Tag]), folder: project.folder });
    expect(await project.migrate([Tag], { isFakeInitial: true })).toContain("Applying thesaurus.0001_initial... OK");
    expect(await project.tables()).toContain("thesaurus_tag");
  });

  test.each<[string, string, string]>([
    ["are not all there", "DROP TABLE thesaurus_event", "thesaurus_event is not there"],
    ["lack a column", "ALTER TABLE thesaurus_event DROP COLUMN title", "thesaurus_event has no column title"],
    [
      "have one more that each row must be given",
      "ALTER TABLE thesaurus_tag RENAME COLUMN name TO colour",
      "thesaurus_tag has a column colour, which each row must be given, and its model no such field",
    ],
  ])("are not recorded when they %s", async (_what, statement, message) => {
    await using project = await withTables(statement);
    await expect(project.migrate(thesaurus, { isFakeInitial: true })).rejects.toThrow(message);
    expect(await project.rows("SELECT * FROM drf_auth_migrations")).toEqual([]);
  });

  test("are taken for made in the first migration of an application alone", async () => {
    await using project = new ScratchProject();
    writeBoth(project);
    await project.migrate([One, Two]);
    await project.execute("DELETE FROM drf_auth_migrations WHERE name = '0002_two'");
    await expect(project.migrate([One, Two], { isFakeInitial: true })).rejects.toThrow(
      /there already: notes_two. If they are what it makes, npx drf-auth migrate notes 0002_\w+ --fake records that/,
    );
  });
});
