import { createHmac, randomUUID } from "node:crypto";
import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import {
  apiView,
  application,
  AuthToken,
  djangoModelPermissions,
  field,
  include,
  isAuthenticated,
  isOwnerOrReadOnly,
  jwt,
  model,
  modelSerializer,
  modelViewSet,
  obtainAuthToken,
  path,
  PermissionModel,
  QuerySet,
  type RequestUser,
  readOnly,
  router,
  session,
  sessionRoutes,
  tokenAuthentication,
  tokenBlacklist,
  tokenObtainPair,
  tokenObtainSliding,
  tokenRefresh,
  tokenRefreshSliding,
  userModel,
  userThrottle,
} from "../../src/index.ts";
import type { Settings, UserModel } from "../../src/index.ts";
import { decodeSessionData } from "../../src/auth/sessions/session-data.ts";
import { open, type Opened, query } from "../fixtures/thesaurus.ts";

const secret = "a-key-of-a-test-that-is-long-enough-to-sign-with";
const email = field.email({ unique: true });

const Account = userModel(
  "acct.Account",
  { id: field.uuid({ primaryKey: true, default: () => randomUUID() }), email },
  { usernameField: "email" },
);
const Login = userModel("acct.Login", { email: field.email({ primaryKey: true }) }, { usernameField: "email" });
const Person = userModel(
  "acct.Person",
  { number: field.inColumn("Nr", field.auto()), email },
  { usernameField: "email" },
);
const Member = userModel(
  "acct.Member",
  { code: field.char({ maxLength: 12, primaryKey: true, default: () => `m/${randomUUID().slice(0, 8)}` }), email },
  { usernameField: "email" },
);

/** Each user model with what its keys look like, and with claims that name nobody in it. */
const models: readonly (readonly [what: string, user: UserModel, key: RegExp, wrong: (id: string) => unknown[]])[] = [
  [
    "a UUID",
    Account,
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    (id) => [id.replaceAll("-", ""), `{${id}}`, `urn:uuid:${id}`, ` ${id}`, Number.parseInt(id, 16)],
  ],
  ["text", Member, /^m\/[0-9a-f]{8}$/, (id) => [`${id} `, id.toUpperCase(), `${id}\0`, [id]]],
  ["the name to log in with", Login, /^ada@example\.com$/, (id) => [id.toUpperCase(), `%${id.slice(1)}`]],
  ["a number that is not called id", Person, /^1$/, () => [1.5, "1.0", true, "+1"]],
];

const Note = model("notes.Note", {
  text: field.char({ maxLength: 20 }),
  owner: field.foreignKey("user", { onDelete: "cascade" }),
});
const serializer = modelSerializer(Note, { fields: ["id", "text", "owner"], declared: { owner: readOnly() } });
const notes = modelViewSet(serializer, {
  permissions: [isAuthenticated, isOwnerOrReadOnly("owner")],
  query: ({ query: rows, user }) => (user.isAuthenticated ? rows.filter({ owner: user.id }) : rows),
  performCreate: (saved, { user }) => saved.save({ owner: (user as RequestUser).id }),
});
const ruled = modelViewSet(serializer, {
  permissions: [djangoModelPermissions],
  performCreate: (saved, { user }) => saved.save({ owner: user.id }),
});
const me = apiView(["GET"], ({ user }) => ({ id: user.id, username: user.username }), {
  name: "Me",
  permissions: [isAuthenticated],
});
const limited = apiView(["GET"], () => ({}), { name: "Limited", throttles: [userThrottle("1/day")] });

async function opened(user: UserModel, tokens: Settings["tokens"] = {}): Promise<Opened & AsyncDisposable> {
  const app = application({
    settings: {
      user,
      tokens,
      authentication: [jwt({ tokenTypes: ["access", "sliding"] }), session(), tokenAuthentication()],
    },
    models: [Note, AuthToken],
    routes: [
      path("pair/", tokenObtainPair()),
      path("refresh/", tokenRefresh()),
      path("blacklist/", tokenBlacklist()),
      path("sliding/", tokenObtainSliding()),
      path("sliding/refresh/", tokenRefreshSliding()),
      path("key/", obtainAuthToken()),
      include("api-auth/", sessionRoutes()),
      path("me/", me),
      path("limited/", limited),
      include("", router({ notes, ruled })),
    ],
  });
  return open(app, { isSeeded: false, hasNoMigrations: true, environment: { SECRET_KEY: secret } });
}

async function addUser({ project }: Opened, name = "ada"): Promise<{ id: string; email: string; password: string }> {
  const given = { email: `${name}@example.com`, password: `${name}-pass-123` };
  const id = await project.auth.users.create({ ...given, password: await project.passwords.hash(given.password) });
  return { ...given, id: String(id) };
}

async function pairOf({ client }: Opened, given: object): Promise<{ access: string; refresh: string }> {
  const { data } = await client.post("/pair/", given);
  return data as { access: string; refresh: string };
}

function written(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

const seconds = (): number => Math.floor(Date.now() / 1000);
const tokenFor = (user_id: unknown, token_type = "access"): string =>
  written({ token_type, exp: seconds() + 60, iat: seconds(), jti: randomUUID().replaceAll("-", ""), user_id });

describe.each(models)("users whose key is %s", (_what, user, form, wrong) => {
  test("use the tokens that they are given, refresh them, and refuse them", async () => {
    await using all = await opened(user, { checkRevokeToken: true, updateLastLogin: true });
    const { client } = all;
    const { id, ...given } = await addUser(all);
    expect(id).toMatch(form);
    const pair = await pairOf(all, given);
    expect(decodeJwt(pair.access)).toMatchObject({ user_id: id });
    const userId = user === Person ? 1 : id;
    client.credentials(pair.access);
    expect((await client.get("/me/")).data).toEqual({ id: userId, username: given.email });
    const again = (await client.post("/refresh/", { refresh: pair.refresh })).data as { access: string };
    expect((await client.post("/refresh/", { refresh: pair.refresh })).status).toBe(401);
    client.credentials(again.access);
    expect((await client.get("/me/")).status).toBe(200);
    const other = await pairOf(all, given);
    expect((await client.post("/blacklist/", { refresh: other.refresh })).status).toBe(200);
    const { token } = (await client.post("/sliding/", given)).data as { token: string };
    const longer = (await client.post("/sliding/refresh/", { token })).data as { token: string };
    client.credentials(longer.token);
    expect((await client.get("/me/")).data).toEqual({ id: userId, username: given.email });
    const outstanding = await query(all, "SELECT DISTINCT user_id FROM token_blacklist_outstandingtoken");
    expect(outstanding.map(([key]) => String(key).replaceAll("-", ""))).toEqual([id.replaceAll("-", "")]);
    await all.project.auth.users.update(userId as never, { password: "another" });
    expect((await client.get("/me/")).data).toMatchObject({ code: "password_changed" });
  });

  test("are not found by a claim that is written otherwise", async () => {
    await using all = await opened(user);
    const { id, ...given } = await addUser(all);
    for (const claim of [...wrong(id), "", null, "1 OR 1=1", {}]) {
      all.client.credentials(tokenFor(claim));
      const { status, data } = await all.client.get("/me/");
      expect([claim, status, (data as { code: string }).code]).toEqual([claim, 401, "user_not_found"]);
    }
    all.client.credentials();
    const refresh = tokenFor("nobody's", "refresh");
    expect((await all.client.post("/refresh/", { refresh })).status).toBe(401);
    expect((await all.client.post("/blacklist/", { refresh })).status).toBe(200);
    expect(await pairOf(all, given)).toHaveProperty("access");
  });

  test("log in by session, which holds the key as Django writes it", async () => {
    await using all = await opened(user);
    const { id, ...given } = await addUser(all);
    const csrf = "a".repeat(32);
    const login = (key = ""): ReturnType<typeof all.client.send> =>
      all.client.send("/api-auth/login/", {
        headers: { cookie: `csrftoken=${csrf}; sessionid=${key}` },
        body: new URLSearchParams({ username: given.email, password: given.password, csrfmiddlewaretoken: csrf }),
      });
    const keyOf = ({ headers }: Awaited<ReturnType<typeof login>>): string =>
      /sessionid=(\w+)/.exec(headers.getSetCookie().join())?.[1] ?? "no session";
    const key = keyOf(await login(keyOf(await login())));
    const rows = await query(all, "SELECT session_key, session_data FROM django_session");
    expect(rows).toEqual([[key, expect.any(String)]]);
    expect(decodeSessionData(String(rows[0]?.[1]), secret)).toMatchObject({ _auth_user_id: id });
    const mine = await all.client.send("/me/", { headers: { cookie: `sessionid=${key}` } });
    expect(mine.data).toMatchObject({ username: given.email });
  });

  test("have a key of authtoken, own rows, and are throttled and permitted each for themselves", async () => {
    await using all = await opened(user);
    const { client, project } = all;
    const users = [await addUser(all), await addUser(all, "ben")];
    const key = await client.post("/key/", { username: users[0]?.email, password: users[0]?.password });
    const { token } = key.data as { token: string };
    const authorization = { headers: { authorization: `Token ${token}` } };
    expect((await client.send("/me/", authorization)).data).toMatchObject({ username: users[0]?.email });

    const [ada, ben] = await Promise.all(users.map((one) => pairOf(all, one)));
    client.credentials(ada?.access);
    const made = await client.post("/notes/", { text: "hers" });
    expect(made.data).toEqual({ id: 1, text: "hers", owner: user === Person ? 1 : users[0]?.id });
    expect((await client.send("/notes/1/", { method: "PATCH", json: { text: "still" } })).status).toBe(200);
    expect([(await client.get("/limited/")).status, (await client.get("/limited/")).status]).toEqual([200, 429]);
    expect((await client.post("/ruled/", { text: "no" })).status).toBe(403);
    const { registry, database } = project;
    const permissions = QuerySet.of<typeof PermissionModel>(registry.meta(PermissionModel), database);
    const permission = await permissions.filter({ codename: "add_note" }).first();
    const join = registry.metas.find(({ model: { name } }) => name === `${user.name}Permission`);
    if (!permission || !join) throw new Error("The tables of permissions are not there.");
    const owner = (await project.auth.users.findWithPassword("ada@example.com"))?.user.id;
    const values = { [registry.user.modelName]: owner, permission: permission.id };
    await QuerySet.of(join, database).insert(values as never);
    expect((await client.post("/ruled/", { text: "yes" })).status).toBe(201);

    client.credentials(ben?.access);
    expect((await client.get("/notes/1/")).status).toBe(404);
    expect((await client.send("/ruled/1/", { method: "DELETE" })).status).toBe(403);
    expect((await client.get("/limited/")).status).toBe(200);
  });
});

test("requests of many users at once, whose keys are UUIDs, are each answered as their own", async () => {
  await using all = await opened(Account);
  const { users } = all.project.auth;
  const ids = await Promise.all(
    Array.from({ length: 20 }, (_, index) => users.create({ email: `${index}@example.com`, password: "x" })),
  );
  const found = await Promise.all(ids.map((id) => users.find(id)));
  expect(found.map((one) => one?.id)).toEqual(ids);
  expect((await users.find(String(ids[3]).toUpperCase()))?.id).toBe(ids[3]);
  expect(await users.find(randomUUID())).toBeUndefined();
});
