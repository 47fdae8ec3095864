import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openProject, assemble } from "../../src/application/index.ts";
import {
  application,
  field,
  include,
  isAuthenticated,
  jwt,
  model,
  modelSerializer,
  modelViewSet,
  path,
  router,
  session,
  tokenBlacklist,
  tokenObtainPair,
  tokenRefresh,
} from "../../src/index.ts";
import { migrate, migrationsOfModels } from "../../src/migrations/index.ts";
import { ApiClient } from "../../src/testing/index.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { postgresqlServer, type PostgresqlServer } from "../fixtures/postgresql-server.ts";

// PYTHON and PYTHONPATH name one that has Django, Django REST framework, SimpleJWT and psycopg, as Debian packages them.
const python = process.env["PYTHON"] ?? "python3";
const asked = "import django, rest_framework, rest_framework_simplejwt, psycopg";
const hasDjango = spawnSync(python, ["-c", asked]).status === 0;
const script = fileURLToPath(new URL("fixtures/django/project.py", import.meta.url));
const secret = "one-secret-for-both-of-them-that-is-long-enough-0123456789";

const Tag = model("notes.Tag", { name: field.char({ maxLength: 20, unique: true }) });
const Note = model(
  "notes.Note",
  {
    text: field.char({ maxLength: 40, index: true }),
    price: field.decimal({ maxDigits: 6, decimalPlaces: 2, default: "0" }),
    took: field.duration({ null: true, blank: true }),
    extra: field.json({ default: () => ({}) }),
    key: field.uuid({ null: true, blank: true }),
    made_at: field.dateTime({ autoNowAdd: true }),
    owner: field.foreignKey("user", { onDelete: "cascade", null: true, blank: true }),
    tags: field.manyToMany(Tag, { blank: true }),
  },
  { ordering: ["id"], uniqueTogether: [["text", "owner"]] },
);
const notes = modelViewSet(modelSerializer(Note, { fields: "__all__" }), {});
const app = application({
  settings: {
    authentication: [jwt(), session()],
    permissions: [isAuthenticated],
    database: { sharedWithDjango: true },
  },
  models: [Tag, Note],
  routes: [
    path("api/token/", tokenObtainPair()),
    path("api/token/refresh/", tokenRefresh()),
    path("api/token/blacklist/", tokenBlacklist()),
    include("", router({ notes })),
  ],
});

describe.each(["sqlite", "postgresql"])("beside a Django on one database: %s", (dialect) => {
  let server: PostgresqlServer | undefined;
  let folder: string;
  let url: string;

  beforeEach(({ skip }) =>
    skip(!hasDjango, `${python} has no Django, or not all that it takes: nothing to compare with`),
  );
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "drf-auth-test-"));
    if (dialect === "postgresql" && hasDjango) server = await postgresqlServer();
  });
  afterAll(async () => {
    await server?.remove();
    rmSync(folder, { recursive: true });
  });
  const fresh = async (name: string): Promise<void> => {
    url = server ? (await testDatabase(server.url)).url : `sqlite:${join(folder, `${name}.sqlite3`)}`;
  };
  const django = async (action: string, ...words: readonly string[]): Promise<string> => {
    const env = { ...process.env, SECRET_KEY: secret, PYTHONDONTWRITEBYTECODE: "1" };
    return (await promisify(execFile)(python, [script, url, action, ...words], { env })).stdout;
  };
  const fromDjango = async (action: string, ...words: readonly string[]): Promise<never> =>
    JSON.parse(await django(action, ...words)) as never;
  const opened = async (log: string[], isFakeInitial: boolean) => {
    const project = await openProject(app, { environment: { DATABASE_URL: url, SECRET_KEY: secret }, folder });
    const { database, registry } = project;
    const files = migrationsOfModels(registry);
    await migrate({ database, registry, folder, files, isFakeInitial, log: (line) => void log.push(line) });
    const assembled = await assemble(project, { logLevel: "silent" });
    return { project, assembled, client: await ApiClient.open({ assembled }) };
  };

  it("a database that Django made is served as it is, and goes on being Django's", async () => {
    await fresh("theirs");
    await django("migrate");
    await fromDjango("user", "ada", "ada-pass-123");
    const log: string[] = [];
    const { assembled, client } = await opened(log, true);
    expect(log.filter((line) => !line.includes("drf-auth's own"))).toEqual(["Applying notes.0001_initial... FAKED"]);
    const { access, refresh } = await client.login("ada", "ada-pass-123");
    const values = { text: "ours", price: "1.50", took: "1 02:03:04.000005", extra: { a: [1] }, owner: 1 };
    const made = await client.post("/notes/", { ...values, key: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" });
    expect(made.status).toBe(201);
    const theirs = { text: "theirs", price: "2.25", took: "-1 23:00:00", extra: [null], owner: 1 };
    expect(await fromDjango("write", access, JSON.stringify(theirs))).toMatchObject({ ...theirs, id: 2 });
    expect(await fromDjango("notes", access)).toEqual((await client.get("/notes/")).data);
    expect(await fromDjango("write", access, JSON.stringify(theirs))).toHaveProperty("non_field_errors");
    const pair = (await fromDjango("obtain", "ada", "ada-pass-123")) as { readonly refresh: string };
    expect((await client.post("/api/token/refresh/", { refresh: pair.refresh })).status).toBe(200);
    expect(await fromDjango("refresh", pair.refresh)).toBe(401);
    expect(await fromDjango("blacklist", refresh)).toBe(200);
    expect((await client.post("/api/token/refresh/", { refresh })).status).toBe(401);
    const login = (await fromDjango("login", "ada", "ada-pass-123")) as Readonly<Record<string, unknown>>;
    expect(login).toMatchObject({ "/admin/": 200, "/admin/notes/note/": 200, "/admin/auth/user/": 200 });
    client.credentials();
    const cookie = { headers: { cookie: `sessionid=${String(login["session"])}` } };
    expect((await client.send("/notes/", cookie)).status).toBe(200);
    await django("check");
    await client.close();
    await assembled.close();
  });

  it("a database of ours is opened by a Django, its admin and its API", async () => {
    await fresh("ours");
    const log: string[] = [];
    const { project, assembled, client } = await opened(log, false);
    expect(log.at(-1)).toBe("Applying notes.0001_initial... OK");
    const password = await project.passwords.hash("ben-pass-123");
    await project.auth.users.create({ username: "ben", email: "", password, is_staff: true, is_superuser: true });
    const { access } = await client.login("ben", "ben-pass-123");
    await client.post("/notes/", { text: "first", took: "00:00:01", extra: { b: 1 } });
    const said = await django("migrate", "--fake-initial");
    expect(said).toContain("Applying notes.0001_initial... FAKED");
    expect(said).toContain("Applying admin.0001_initial... OK");
    expect(said).not.toContain("Applying auth.");
    await django("check");
    expect(await fromDjango("notes", access)).toEqual((await client.get("/notes/")).data);
    expect(await fromDjango("write", access, '{"text": "second"}')).toMatchObject({ id: 2, text: "second" });
    expect(await fromDjango("login", "ben", "ben-pass-123")).toMatchObject({
      "/admin/": 200,
      "/admin/notes/note/": 200,
    });
    expect((await client.post("/notes/", { text: "third" })).data).toMatchObject({ id: 3 });
    await client.close();
    await assembled.close();
  });
});
