import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { makeMigrations, pendingMigrations } from "../../../src/migrations/index.ts";
import { field, model, userModel } from "../../../src/models/index.ts";
import { registryOf, ScratchProject } from "../fixtures/scratch-project.ts";
import { thesaurus } from "../fixtures/thesaurus.ts";

interface TableFacts {
  /** The lines of CREATE TABLE, sorted: Django's order is that of its migrations' history. */
  readonly definitions: readonly string[];
  readonly columns: readonly string[];
  readonly indexes: Readonly<Record<string, string>>;
  readonly foreignKeys: readonly string[];
}

/** Read from a database that Django 5.2 and SimpleJWT 5.5.1 made. */
const django = JSON.parse(readFileSync(new URL("../fixtures/django-database.json", import.meta.url), "utf8")) as {
  readonly tables: Readonly<Record<string, TableFacts>>;
  readonly migrations: readonly string[];
  readonly permissions: readonly string[];
};

const Account = userModel("accounts.Account", { email: field.email({ unique: true }) }, { usernameField: "email" });

async function factsOf(project: ScratchProject, table: string): Promise<TableFacts> {
  const [sql = ""] = await project.rows(`SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '${table}'`);
  const indexes: Record<string, string> = {};
  for (const line of await project.rows(`SELECT name, "unique" FROM pragma_index_list('${table}')`)) {
    const [name = "", isUnique] = line.split(" ");
    const columns = await project.rows(`SELECT name FROM pragma_index_info('${name}') ORDER BY seqno`);
    indexes[name] = `${isUnique === "1" ? "unique " : ""}${columns.join(",")}`;
  }
  return {
    definitions: sql
      .slice(sql.indexOf("(") + 1, sql.lastIndexOf(")"))
      .split(/, (?=")/)
      .sort(),
    columns: await project.rows(
      `SELECT name || ' ' || lower(type) || iif("notnull", ' not null', '') || iif(pk, ' primary key', '')
       FROM pragma_table_info('${table}') ORDER BY 1`,
    ),
    indexes,
    foreignKeys: await project.rows(
      `SELECT "from" || ' to ' || "table" || '.' || "to" || ', on delete ' || lower(on_delete)
       FROM pragma_foreign_key_list('${table}') ORDER BY 1`,
    ),
  };
}

describe("migrate on an empty database", () => {
  test("makes the tables, indexes and references that Django makes", async () => {
    await using project = new ScratchProject();
    await makeMigrations({ registry: registryOf(thesaurus), folder: project.folder });
    await project.migrate(thesaurus);
    const made: Record<string, TableFacts> = {};
    for (const table of Object.keys(django.tables)) made[table] = await factsOf(project, table);
    expect(made).toEqual(django.tables);
    expect(await project.tables()).toEqual([...Object.keys(django.tables), "drf_auth_migrations"].sort());
  });

  test("records Django's migrations under Django's names, with times as Django stores them", async () => {
    await using project = new ScratchProject();
    await project.migrate([]);
    expect((await project.rows("SELECT app || '.' || name FROM django_migrations")).sort()).toEqual(django.migrations);
    for (const time of await project.rows("SELECT applied FROM django_migrations")) {
      expect(time).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$/);
    }
    expect(await project.rows("SELECT * FROM drf_auth_migrations")).toEqual([]);
  });

  test("gives every model the content type and the permissions that Django gives it", async () => {
    await using project = new ScratchProject();
    await makeMigrations({ registry: registryOf(thesaurus), folder: project.folder });
    await project.migrate(thesaurus);
    const made = await project.rows(
      `SELECT t.app_label || '.' || p.codename || ': ' || p.name
       FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id`,
    );
    expect(made.sort()).toEqual(django.permissions);
  });
});

describe("migrate on a database that is there", () => {
  test("finds nothing to do the second time, and adds only the permissions that are missing", async () => {
    await using project = new ScratchProject();
    const first = await project.migrate([]);
    expect(first).toEqual([
      "Making Django's tables of contenttypes... OK",
      "Making Django's tables of auth... OK",
      "Making Django's tables of sessions... OK",
      "Making Django's tables of token_blacklist... OK",
    ]);
    await project.execute("UPDATE auth_permission SET name = 'Renamed' WHERE codename = 'add_user'");
    await project.execute("DELETE FROM auth_permission WHERE codename = 'view_user'");
    expect(await project.migrate([])).toEqual(["No migrations to apply."]);
    expect(
      await project.rows("SELECT name FROM auth_permission WHERE codename IN ('add_user', 'view_user') ORDER BY id"),
    ).toEqual(["Renamed", "Can view user"]);
  });

  test("leaves the tables of Django's applications alone that Django made, and makes those that it did not", async () => {
    await using project = new ScratchProject();
    await project.migrate([]);
    for (const table of ["token_blacklist_blacklistedtoken", "token_blacklist_outstandingtoken"]) {
      await project.execute(`DROP TABLE ${table}`);
    }
    await project.execute("DELETE FROM django_migrations WHERE app = 'token_blacklist'");
    await project.execute("ALTER TABLE auth_user ADD COLUMN telephone varchar(20) NULL");
    expect(await project.migrate([])).toEqual(["Making Django's tables of token_blacklist... OK"]);
    expect((await factsOf(project, "auth_user")).columns).toContain("telephone varchar(20)");
  });

  test("stops where Django's own tables are those of an older version, and says what to run", async () => {
    await using project = new ScratchProject();
    await project.migrate([]);
    await project.execute("DELETE FROM django_migrations WHERE app = 'auth' AND name > '0011'");
    await expect(project.migrate([])).rejects.toThrow(
      /"auth" are those of an older version: 0011_update_proxy_permissions, 0012_alter_user_first_name_max_length are not applied. Run manage.py migrate/,
    );
  });

  test("takes unrecorded tables of Django's applications for made only when told so", async () => {
    await using project = new ScratchProject();
    await project.migrate([]);
    await project.execute("DELETE FROM django_migrations WHERE app = 'sessions'");
    await expect(project.migrate([])).rejects.toThrow(
      /Django's sessions: nothing was changed.*: django_session\..*--fake-initial/,
    );
    expect(await project.migrate([], { isFakeInitial: true })).toEqual(["Making Django's tables of sessions... FAKED"]);
    expect(await project.migrate([])).toEqual(["No migrations to apply."]);
  });
});

describe("a user model of the project's own", () => {
  test("is made by the project's migrations with its joins, and Django's other tables refer to it", async () => {
    await using project = new ScratchProject();
    const registry = registryOf([], Account);
    await makeMigrations({ registry, folder: project.folder });
    expect(await pendingMigrations({ database: project.database, registry, folder: project.folder })).toEqual([
      "contenttypes",
      "auth",
      "sessions",
      "token_blacklist",
      "accounts.0001_initial",
    ]);
    await project.migrate([], { user: Account });
    const tables = await project.tables();
    expect(tables).not.toContain("auth_user");
    expect(tables).not.toContain("auth_user_groups");
    const joins = await factsOf(project, "accounts_account_user_permissions");
    expect(joins.definitions).toEqual([
      '"account_id" bigint NOT NULL REFERENCES "accounts_account" ("id") DEFERRABLE INITIALLY DEFERRED',
      '"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT',
      '"permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED',
    ]);
    expect((await factsOf(project, "token_blacklist_outstandingtoken")).definitions).toContain(
      '"user_id" bigint NULL REFERENCES "accounts_account" ("id") DEFERRABLE INITIALLY DEFERRED',
    );
    expect(
      await project.rows("SELECT codename FROM auth_permission WHERE codename LIKE '%account%' ORDER BY 1"),
    ).toEqual(["add_account", "change_account", "delete_account", "view_account"]);
    expect(await project.rows("PRAGMA foreign_key_check")).toEqual([]);
  });

  test("needs a migration before anything is made", async () => {
    await using project = new ScratchProject();
    await expect(project.migrate([], { user: Account })).rejects.toThrow(
      "No migration makes the table of the user model accounts.Account. Run npx drf-auth makemigrations.",
    );
    expect(await project.tables()).toEqual([]);
  });

  test("cannot replace another one once the tables are made", async () => {
    await using project = new ScratchProject();
    await project.migrate([]);
    await makeMigrations({ registry: registryOf([], Account), folder: project.folder });
    await expect(project.migrate([], { user: Account })).rejects.toThrow(
      /made for another user model: accounts_account, the table of accounts.Account, is not there/,
    );
  });
});

test("a model of the project cannot have the label of one of Django's applications", async () => {
  await using project = new ScratchProject();
  const profile = model("auth.Profile", { name: field.char({ maxLength: 10 }) });
  await expect(project.migrate([profile])).rejects.toThrow(
    'The model auth.Profile is in "auth", an application of Django\'s own.',
  );
});
