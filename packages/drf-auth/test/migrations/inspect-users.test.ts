import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { assemble, openProject } from "../../src/application/index.ts";
import { type Database, openDatabase, readDatabaseAddress } from "../../src/database/index.ts";
import { apiView, application, isAuthenticated, jwt, path, tokenObtainPair } from "../../src/index.ts";
import { inspectDatabase, type Inspection, migrationsOfModels, makeMigrations } from "../../src/migrations/index.ts";
import { createRegistry, djangoModels, field, model, type Model, QuerySet } from "../../src/models/index.ts";
import { User, userModel, type UserModel } from "../../src/models/index.ts";
import { ApiClient } from "../../src/testing/index.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { isOnPostgresql } from "../fixtures/thesaurus.ts";
import { registryOf, ScratchProject } from "./fixtures/scratch-project.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
/** In the repository, so that `drf-auth` is found as it is in a project. */
const written = mkdtempSync(join(root, ".inspected-users-"));
/** As a Django hashed it. */
const password = "pbkdf2_sha256$1000$saltofdjango$7eNS0v89rxrTJMf++arxpAfJln4Wu3V+8BnmmHrwXM4=";
let project: ScratchProject;
let database: Database;
let url: string;
let close: () => Promise<unknown>;

beforeEach(async () => {
  project = new ScratchProject();
  const made = isOnPostgresql ? await testDatabase(process.env["TEST_DATABASE_URL"] ?? "") : undefined;
  url = made?.url ?? `sqlite:${project.root}/inspected.sqlite3`;
  database = await openDatabase(readDatabaseAddress(url, "/"));
  close = async () => {
    await database.close();
    await made?.remove();
    await project[Symbol.asyncDispose]();
  };
});
afterEach(() => close());
afterAll(() => rmSync(written, { recursive: true }));

const Order = model("shop.Order", {
  text: field.char({ maxLength: 9 }),
  owner: field.foreignKey("user", { onDelete: "cascade" }),
  helpers: field.manyToMany("user", { relatedName: "helped" }),
});

/** Makes the tables of a user model as a Django makes them, with one user, and inspects them. */
async function inspected(user: UserModel, values: object): Promise<Inspection> {
  const registry = createRegistry([...djangoModels(user), Order], user);
  await project.migrate([Order], { database, user, files: migrationsOfModels(registry) });
  await QuerySet.of(registry.user, database).insert({ password, ...values } as never);
  await database.run({ sql: "DROP TABLE drf_auth_migrations", isWrite: true }, []);
  return inspectDatabase({ database, registry: registryOf([]), appLabel: "shop" });
}

/** Adopts the database by what inspectdb wrote, as its notes say; gives a client with a token of the user. */
async function adopted({ text }: Inspection, credentials: object): Promise<{ said: string; client: ApiClient }> {
  const file = join(written, `models-${process.pid}-${randomUUID()}.ts`);
  writeFileSync(file, text);
  const models = Object.values((await import(pathToFileURL(file).href)) as Readonly<Record<string, Model>>);
  const user = models.find((one): one is UserModel => "usernameField" in one) ?? User;
  const others = models.filter((one) => one !== user);
  const registry = createRegistry([...djangoModels(user), ...others], user);
  await makeMigrations({ registry, folder: project.folder });
  const lines = await project.migrate(others, { database, user, isFakeInitial: true });
  const me = apiView(["GET"], ({ user: { id, username } }) => ({ id, username }), { name: "Me" });
  const app = application({
    settings: { user, authentication: [jwt()], permissions: [isAuthenticated] },
    models: others,
    routes: [path("api/token/", tokenObtainPair()), path("me/", me)],
  });
  const environment = { DATABASE_URL: url, SECRET_KEY: "k".repeat(32) };
  const assembled = await assemble(await openProject(app, { environment, folder: project.root }), {
    logLevel: "silent",
  });
  const client = await ApiClient.open({ assembled });
  const closeBefore = close;
  close = async () => {
    await client.close();
    await assembled.close();
    await closeBefore();
  };
  const { data } = await client.post("/api/token/", credentials);
  client.credentials((data as { readonly access: string }).access);
  return { said: lines.join("\n"), client };
}

const email = field.email({ unique: true });

test("a user model like Django's AbstractUser is found, without what it brings, and adopted with its users", async () => {
  const Account = userModel(
    "people.Account",
    {
      email,
      nickname: field.char({ maxLength: 20 }),
      boss: field.foreignKey("self", { onDelete: "setNull", null: true }),
    },
    { usernameField: "email" },
  );
  const found = await inspected(Account, { email: "ada@example.com" });
  expect(found.text).toBe(`import { field, model, userModel } from "drf-auth";

// Users: write user: Account in the settings.
export const Account = userModel(
  "people.Account",
  {
    email: field.char({ maxLength: 254, unique: true }),
    nickname: field.char({ maxLength: 20 }),
    boss: field.foreignKey("self", { onDelete: "protect", null: true, blank: true }),
  },
  { usernameField: "email" },
);

export const Order = model("shop.Order", {
  text: field.char({ maxLength: 9 }),
  owner: field.foreignKey("user", { onDelete: "protect", relatedName: "order_owner_set" }),
  helpers: field.manyToMany("user", { relatedName: "order_helpers_set" }),
});
`);
  expect(found.notes).toEqual([
    "people_account is the table of users: write user: Account in the settings, before makemigrations.",
  ]);
  expect(found.tables).toEqual(["people_account", "shop_order"]);
  const { said, client } = await adopted(found, { email: "ada@example.com", password: "ada-pass-123" });
  expect(said).toContain("Applying people.0001_initial... FAKED");
  expect(said).toContain("Applying shop.0001_initial... FAKED");
  expect((await client.get("/me/")).data).toEqual({ id: 1, username: "ada@example.com" });
});

test("one like AbstractBaseUser says that it has no more, and that nobody makes its UUIDs", async () => {
  const Account = userModel(
    "people.Account",
    {
      id: field.uuid({ primaryKey: true, default: () => randomUUID() }),
      username: field.char({ maxLength: 30, unique: true }),
      email,
      date_of_birth: field.date(),
      is_active: field.boolean({ default: true }),
      is_admin: field.boolean({ default: false }),
    },
    { usernameField: "email", hasPermissions: false, hasStanding: false },
  );
  const values = { username: "ada", email: "ada@example.com", date_of_birth: "1815-12-10" };
  const found = await inspected(Account, values);
  const comment = isOnPostgresql
    ? ""
    : "    // a UUID, as Django keeps it; another text is field.char({ maxLength: 32 })\n";
  expect(found.text).toContain(`export const Account = userModel(
  "people.Account",
  {
${comment}    id: field.uuid({ primaryKey: true }),
    username: field.char({ maxLength: 30, unique: true }),
    email: field.char({ maxLength: 254, unique: true }),
    date_of_birth: field.date(),
    is_active: field.boolean({ default: true }),
    is_admin: field.boolean(),
  },
  {
    usernameField: "username",
    requiredFields: ["date_of_birth", "is_admin"],
    hasPermissions: false,
    hasStanding: false,
  },
);`);
  expect(found.notes).toContain(
    "people_account, field id: a Django makes it by itself. Write default: () => randomUUID() of node:crypto.",
  );
  const { client } = await adopted(found, { username: "ada", password: "ada-pass-123" });
  expect((await client.get("/me/")).data).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), username: "ada" });
});

test("one with PermissionsMixin, in a table of another name, has the name that Django knows it by", async () => {
  const Member = userModel(
    "people.ClubMember",
    { code: field.char({ maxLength: 12, primaryKey: true }), is_active: field.boolean({ default: true }) },
    { usernameField: "code", table: "club", hasStanding: false, indexes: [{ fields: ["is_active", "-last_login"] }] },
  );
  const found = await inspected(Member, { code: "m/1" });
  expect(found.text).toContain(`export const Clubmember = userModel(
  "people.Clubmember",
  {
    code: field.char({ maxLength: 12, primaryKey: true }),
    is_active: field.boolean({ default: true }),
  },
  { usernameField: "code", hasStanding: false, table: "club", indexes: [{ fields: ["is_active", "-last_login"] }] },
);`);
  const { said, client } = await adopted(found, { code: "m/1", password: "ada-pass-123" });
  expect(said).toContain("Applying people.0001_initial... FAKED");
  expect((await client.get("/me/")).data).toEqual({ id: "m/1", username: "m/1" });
});

test("whoever reads it chooses by what users log in, where no field is a user's alone", async () => {
  const Account = userModel(
    "people.Account",
    { name: field.char({ maxLength: 20 }), place: field.char({ maxLength: 20 }), last_login: field.dateTime() },
    {
      usernameField: "name",
      hasPermissions: false,
      constraints: [
        { name: "name_alone", unique: ["name"], where: { is_active: true } },
        { name: "n", unique: ["name"] },
      ],
    },
  );
  const values = { name: "ada", place: "London", last_login: "2026-01-01T00:00:00Z" };
  await inspected(Account, values);
  await database.run(
    { sql: isOnPostgresql ? "ALTER TABLE people_account DROP CONSTRAINT n" : "DROP INDEX n", isWrite: true },
    [],
  );
  const { text, notes } = await inspectDatabase({ database, registry: registryOf([]) });
  expect(text).toContain(`// Users: write user: Account in the settings.
// Choose usernameField, by which they log in: no two may have the same, and no field is so.
export const Account`);
  expect(text).toContain('usernameField: ""');
  expect(text).toContain("last_login: field.dateTime()");
  expect(notes).toContain(
    "people_account: choose its usernameField. Users log in by it, and no field is a user's alone.",
  );
});

test("Django's own user, and a table that is not asked for, are no user model to write", async () => {
  const { text, tables } = await inspected(User, { username: "ada", email: "" });
  expect([tables, text.includes("userModel")]).toEqual([["shop_order"], false]);
  expect(text).toContain('owner: field.foreignKey("user"');
});
