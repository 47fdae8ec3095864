import { describe, expect, test } from "vitest";
import {
  apiView,
  application,
  basic,
  djangoModelPermissions,
  field,
  include,
  isAdminUser,
  isAuthenticated,
  jwt,
  model,
  modelSerializer,
  modelViewSet,
  path,
  router,
  session,
  sessionRoutes,
  tokenObtainPair,
  tokenRefresh,
  userModel,
  type UserModel,
} from "../../src/index.ts";
import { open, type Opened, query } from "../fixtures/thesaurus.ts";

const email = field.email({ unique: true });
const Thing = model("bare.Thing", { name: field.char({ maxLength: 9 }) });
const things = modelViewSet(modelSerializer(Thing, { fields: ["id", "name"] }), {
  permissions: [djangoModelPermissions],
});
const me = apiView(["GET"], ({ user: { is_active, is_staff, is_superuser } }) => [is_active, is_staff, is_superuser], {
  name: "Me",
  permissions: [isAuthenticated],
});
const staff = apiView(["GET"], () => ({}), { name: "Staff", permissions: [isAdminUser] });

async function opened(user: UserModel): Promise<Opened & AsyncDisposable> {
  const app = application({
    settings: { user, authentication: [jwt(), session(), basic()] },
    models: [Thing],
    routes: [
      path("api/token/", tokenObtainPair()),
      path("api/token/refresh/", tokenRefresh()),
      include("api-auth/", sessionRoutes()),
      path("me/", me),
      path("staff/", staff),
      include("", router({ things })),
    ],
  });
  return open(app, { isSeeded: false, hasNoMigrations: true });
}

const given = { email: "ada@example.com", password: "ada-pass-123" };

async function addUser({ project }: Opened, more: object = {}): Promise<void> {
  await project.auth.users.create({ ...given, ...more, password: await project.passwords.hash(given.password) });
}

async function asks({ client }: Opened): Promise<{ access: string; refresh: string }> {
  const pair = (await client.post("/api/token/", given)).data as { access: string; refresh: string };
  client.credentials(pair.access);
  return pair;
}

describe("users of a model like Django's AbstractBaseUser", () => {
  const Account = userModel(
    "bare.Account",
    { email, born: field.date({ null: true }) },
    { usernameField: "email", table: "people", ordering: ["email"], hasPermissions: false, hasStanding: false },
  );

  test("are active and have no rights, and their table has what was declared", async () => {
    await using all = await opened(Account);
    const columns = await all.project.database.run({ sql: "SELECT * FROM people", isWrite: false }, []);
    expect(columns).toEqual([]);
    await addUser(all);
    const { refresh } = await asks(all);
    expect((await all.client.get("/me/")).data).toEqual([true, false, false]);
    expect((await all.client.get("/staff/")).status).toBe(403);
    expect((await all.client.get("/things/")).status).toBe(200);
    expect((await all.client.post("/things/", { name: "one" })).status).toBe(403);
    expect((await all.client.post("/api/token/refresh/", { refresh })).status).toBe(200);
  });

  test("log in by session and by Basic, and the login is noted", async () => {
    await using all = await opened(Account);
    await addUser(all);
    const csrf = "a".repeat(32);
    const { headers } = await all.client.send("/api-auth/login/", {
      headers: { cookie: `csrftoken=${csrf}` },
      body: new URLSearchParams({ username: given.email, password: given.password, csrfmiddlewaretoken: csrf }),
    });
    const key = /sessionid=(\w+)/.exec(headers.getSetCookie().join())?.[1] ?? "";
    expect((await all.client.send("/me/", { headers: { cookie: `sessionid=${key}` } })).status).toBe(200);
    const authorization = `Basic ${Buffer.from(`${given.email}:${given.password}`).toString("base64")}`;
    expect((await all.client.send("/me/", { headers: { authorization } })).status).toBe(200);
    const [[noted] = []] = await query(all, "SELECT last_login FROM people");
    expect(noted).not.toBeNull();
  });
});

test("a flag of one's own counts: who is not active gets no token, and a superuser may do everything", async () => {
  const Account = userModel(
    "bare.Member",
    { email, is_active: field.boolean({ default: false }), is_superuser: field.boolean({ default: true }) },
    { usernameField: "email", hasPermissions: false, hasStanding: false },
  );
  await using all = await opened(Account);
  await addUser(all);
  expect((await all.client.post("/api/token/", given)).status).toBe(401);
  await query(all, "UPDATE bare_member SET is_active = true");
  await asks(all);
  expect((await all.client.get("/me/")).data).toEqual([true, false, true]);
  expect((await all.client.post("/things/", { name: "one" })).status).toBe(201);
});
