import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { assemble, openProject } from "../../src/application/index.ts";
import { openDatabase, readDatabaseAddress } from "../../src/database/index.ts";
import {
  apiView,
  application,
  include,
  isAuthenticated,
  jwt,
  type Model,
  path,
  session,
  sessionRoutes,
  tokenBlacklist,
  tokenObtainPair,
  tokenRefresh,
  User,
  type UserModel,
} from "../../src/index.ts";
import { inspectDatabase, makeMigrations, migrate } from "../../src/migrations/index.ts";
import { createRegistry, djangoModels } from "../../src/models/index.ts";
import { ApiClient } from "../../src/testing/index.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { postgresqlServer, type PostgresqlServer } from "../fixtures/postgresql-server.ts";

// PYTHON and PYTHONPATH name one that has Django, Django REST framework, SimpleJWT and psycopg, as Debian packages them.
const python = process.env["PYTHON"] ?? "python3";
const asked = "import django, rest_framework, rest_framework_simplejwt, psycopg";
const hasDjango = spawnSync(python, ["-c", asked]).status === 0;
const script = fileURLToPath(new URL("fixtures/django/project.py", import.meta.url));
const secret = "one-secret-for-both-of-them-that-is-long-enough-0123456789";
const root = fileURLToPath(new URL("../../../../", import.meta.url));

const models = [
  {
    name: "people.Account",
    values: { email: "ada@example.com" },
    username: "ada@example.com",
    says: ['{ usernameField: "email", hasPermissions: false, hasStanding: false }'],
  },
  {
    name: "people.Member",
    values: { email: "ada@example.com", code: "m/1" },
    username: "m/1",
    // Both fields are a user's alone: which one users log in with, only the Django knows.
    says: ['{ usernameField: "email", requiredFields: ["code"], hasStanding: false, table: "club" }'],
  },
];

// Python starts a dozen times.
const slow = { timeout: 180_000 };

describe.each(["sqlite", "postgresql"])("a Django whose users are its own, on %s", (dialect) => {
  let server: PostgresqlServer | undefined;
  /** In the repository, so that `drf-auth` is found as it is in a project. */
  let folder: string;

  beforeEach(({ skip }) =>
    skip(!hasDjango, `${python} has no Django, or not all that it takes: nothing to compare with`),
  );
  beforeAll(async () => {
    folder = mkdtempSync(join(root, ".inspected-django-"));
    if (dialect === "postgresql" && hasDjango) server = await postgresqlServer();
  });
  afterAll(async () => {
    await server?.remove();
    rmSync(folder, { recursive: true });
  });

  it.each(models)("$name is found by inspectdb and adopted", slow, async ({ name, values, username, says }) => {
    const own = mkdtempSync(join(folder, "project-"));
    const url = server ? (await testDatabase(server.url)).url : `sqlite:${join(own, "db.sqlite3")}`;
    const django = async (action: string, ...words: readonly string[]): Promise<unknown> => {
      const env = { ...process.env, SECRET_KEY: secret, USER_MODEL: name, PYTHONDONTWRITEBYTECODE: "1" };
      const { stdout } = await promisify(execFile)(python, [script, url, action, ...words], { env });
      return action === "migrate" || action === "check" ? stdout : JSON.parse(stdout);
    };
    await django("migrate");
    const key = await django("own-user", JSON.stringify(values), "ada-pass-123");

    const database = await openDatabase(readDatabaseAddress(url, "/"));
    const found = await inspectDatabase({ database, registry: createRegistry(djangoModels(User), User) });
    for (const part of says) expect(found.text).toContain(part);
    const text = found.text.replace(
      /usernameField: "email"/,
      `usernameField: "${"code" in values ? "code" : "email"}"`,
    );
    writeFileSync(join(own, "models.ts"), text);
    const written = Object.values(
      (await import(pathToFileURL(join(own, "models.ts")).href)) as Readonly<Record<string, Model>>,
    );
    const user = written.find((one): one is UserModel => "usernameField" in one);
    if (!user) throw new Error("inspectdb wrote no user model.");
    const others = written.filter((one) => one !== user);
    const registry = createRegistry([...djangoModels(user), ...others], user, database.dialect);
    const migrations = join(own, "migrations");
    await makeMigrations({ registry, folder: migrations });
    const lines: string[] = [];
    await migrate({
      database,
      registry,
      folder: migrations,
      isFakeInitial: true,
      log: (line) => void lines.push(line),
    });
    expect(lines).toContain("Applying people.0001_initial... FAKED");
    expect(lines.filter((line) => line.endsWith("OK"))).toEqual([]);
    await database.close();

    const me = apiView(["GET"], (request) => String(request.user.id), { name: "Me" });
    const app = application({
      settings: {
        user,
        authentication: [jwt(), session()],
        permissions: [isAuthenticated],
        database: { sharedWithDjango: true },
      },
      models: others,
      routes: [
        path("api/token/", tokenObtainPair()),
        path("api/token/refresh/", tokenRefresh()),
        path("api/token/blacklist/", tokenBlacklist()),
        include("api-auth/", sessionRoutes()),
        path("me/", me),
      ],
    });
    const project = await openProject(app, { environment: { DATABASE_URL: url, SECRET_KEY: secret }, folder: own });
    const assembled = await assemble(project, { logLevel: "silent" });
    const client = await ApiClient.open({ assembled });

    const credentials = { [user.usernameField]: username, password: "ada-pass-123" };
    const ours = (await client.post("/api/token/", credentials)).data as { access: string; refresh: string };
    const theirs = (await django("obtain", username, "ada-pass-123")) as { access: string; refresh: string };
    for (const { access } of [ours, theirs]) {
      client.credentials(access);
      expect((await client.get("/me/")).data).toBe(key);
      expect(await django("me", access)).toBe(key);
    }
    client.credentials();
    expect((await client.post("/api/token/refresh/", { refresh: theirs.refresh })).status).toBe(200);
    expect(await django("refresh", theirs.refresh)).toBe(401);
    expect(await django("refresh", ours.refresh)).toBe(200);
    expect((await client.post("/api/token/refresh/", { refresh: ours.refresh })).status).toBe(401);

    const csrf = "a".repeat(32);
    const { headers } = await client.send("/api-auth/login/", {
      headers: { cookie: `csrftoken=${csrf}` },
      body: new URLSearchParams({ username, password: "ada-pass-123", csrfmiddlewaretoken: csrf }),
    });
    const started = /sessionid=(\w+)/.exec(headers.getSetCookie().join())?.[1] ?? "no session";
    for (const one of [started, String(await django("own-session", username, "ada-pass-123"))]) {
      expect((await client.send("/me/", { headers: { cookie: `sessionid=${one}` } })).data).toBe(key);
      expect(await django("me-by-session", one)).toBe(key);
    }
    await django("check");
    await client.close();
    await assembled.close();
  });
});
