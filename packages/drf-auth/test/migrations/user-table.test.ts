import { afterEach, beforeEach, expect, test } from "vitest";
import { makeMigrations } from "../../src/migrations/index.ts";
import { field, type UserModel, userModel } from "../../src/models/index.ts";
import { isOnPostgresql } from "../fixtures/thesaurus.ts";
import { ProjectOnDatabase } from "./fixtures/project-on-database.ts";
import { registryOf } from "./fixtures/scratch-project.ts";

const fields = { email: field.email({ unique: true }) };
const Person = userModel("people.Person", fields, { usernameField: "email" });
const Stored = userModel("people.Person", fields, { usernameField: "email", table: "persons" });
const Human = userModel("people.Human", fields, { usernameField: "email" });

let on: ProjectOnDatabase;
beforeEach(async () => {
  on = await ProjectOnDatabase.make();
  await makeMigrations({ registry: registryOf([], Person), folder: on.project.folder });
});
afterEach(() => on[Symbol.asyncDispose]());

/** The tables to which others refer as their user's. */
const referred = async () => {
  const rows = await on.read(
    isOnPostgresql
      ? "SELECT DISTINCT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f' ORDER BY 1"
      : `SELECT DISTINCT key."table" FROM sqlite_master list, pragma_foreign_key_list(list.name) key WHERE list.type = 'table' ORDER BY 1`,
  );
  return rows.map(([name]) => name).filter((name) => !/^(auth_group|auth_permission|django|token)/.test(String(name)));
};
const writeAnother = (operations: string) =>
  on.project.writeMigration("people.0002_more", { dependencies: ["people.0001_initial"], operations });
const toTable = 'alterTable("people.Person", "persons")';

test.each<[string, string, UserModel, string]>([
  ["is stored elsewhere", toTable, Stored, "persons"],
  ["has another name", 'renameModel("people.Person", "people.Human")', Human, "people_human"],
])(
  "a project's user model that %s is made and renamed on an empty database",
  async (_what, operations, user, table) => {
    writeAnother(operations);
    const options = { database: on.database, user };
    await on.project.migrate([], options);
    expect(await referred()).toEqual([table]);
    expect(await on.project.migrate([], options)).toEqual(["No migrations to apply."]);
  },
);

test("a project's user model is stored elsewhere where it is there", async () => {
  await on.project.migrate([], { database: on.database, user: Person });
  expect(await referred()).toEqual(["people_person"]);
  writeAnother(toTable);
  const options = { database: on.database, user: Stored };
  expect(await on.project.migrate([], options)).toEqual(["Applying people.0002_more... OK"]);
  expect(await referred()).toEqual(["persons"]);
});

test("the migration that makes the user's table is not undone, for what refers to it stays", async () => {
  const options = { database: on.database, user: Person };
  await on.project.migrate([], options);
  const undone = on.project.migrate([], { ...options, target: { appLabel: "people", name: "zero" } });
  await expect(undone).rejects.toThrow(/people\.0001_initial makes the table of the user model.*cannot be undone/);
  expect(await referred()).toEqual(["people_person"]);
  expect(await on.project.migrate([], options)).toEqual(["No migrations to apply."]);
});
