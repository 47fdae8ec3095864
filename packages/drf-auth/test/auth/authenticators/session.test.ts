import { expect, test } from "vitest";
import { decodeSessionData, encodeSessionData } from "../../../src/auth/sessions/session-data.ts";
import { apiView, basic, include, isAuthenticated, path, session, sessionRoutes } from "../../../src/index.ts";
import { statementsOf } from "../../../src/testing/index.ts";
import { open, type Opened, query, thesaurus } from "../../fixtures/thesaurus.ts";
import { startSession, storeSession } from "../sessions/start-session.ts";

const me = apiView(["GET", "POST"], ({ user }) => ({ username: user.username }), { name: "Me" });
const csrf = "a".repeat(32);

function opening(): ReturnType<typeof open> {
  const settings = {
    authentication: [session(), basic()],
    permissions: [isAuthenticated],
    trustedProxies: ["loopback"],
  };
  return open(thesaurus(settings, [path("me/", me), include("api-auth/", sessionRoutes())]));
}

const meWith = (opened: Opened, key: string) => opened.client.send("/me/", { headers: { cookie: `sessionid=${key}` } });

/** The cookies of an answer, each by its name: its value and what may be done with it. */
function cookiesOf(headers: Headers): ReadonlyMap<string, { readonly value: string; readonly flags: string }> {
  const entries = headers.getSetCookie().map((line) => {
    const [, name = "", value = "", flags = ""] = /^([^=]+)=([^;]*)(.*)$/.exec(line) ?? [];
    return [name, { value, flags }] as const;
  });
  return new Map(entries);
}

async function login(opened: Opened, username: string, cookie = "", headers: Readonly<Record<string, string>> = {}) {
  const form = { username, password: `${username}-pass-123`, csrfmiddlewaretoken: csrf };
  const answer = await opened.client.send("/api-auth/login/", {
    headers: { cookie: `csrftoken=${csrf}; ${cookie}`, ...headers },
    body: new URLSearchParams(form),
  });
  expect(answer.status).toBe(302);
  const cookies = cookiesOf(answer.headers);
  return { cookies, key: cookies.get("sessionid")?.value ?? "" };
}

async function keysOf(opened: Opened): Promise<readonly unknown[]> {
  return (await query(opened, "SELECT session_key FROM django_session ORDER BY 1")).map(([key]) => key);
}

test("a session is its user, and a request reads the session and the user and nothing else", async () => {
  await using opened = await opening();
  const { key } = await startSession(opened, 2);
  for (let round = 0; round < 2; round += 1) {
    const statements = await statementsOf(async () => {
      expect((await meWith(opened, key)).data).toEqual({ username: "ada" });
    });
    expect(statements.map((sql) => /from "(\w+)"/i.exec(sql)?.[1])).toEqual(["django_session", "auth_user"]);
  }
});

test.each([
  ["a user who is gone", "DELETE FROM auth_user WHERE id = 3"],
  ["a user who is inactive", "UPDATE auth_user SET is_active = false WHERE id = 3"],
  ["a session that is over", "UPDATE django_session SET expire_date = '2020-01-01 00:00:00'"],
  ["data of another signature", "UPDATE django_session SET session_data = session_data || 'x'"],
])("%s logs nobody in, and the row stays", async (_name, sql) => {
  await using opened = await opening();
  await query(opened, "DELETE FROM thesaurus_word");
  const { key } = await startSession(opened, 3);
  expect((await meWith(opened, key)).status).toBe(200);
  await query(opened, "DELETE FROM auth_user_user_permissions");
  await query(opened, sql);
  const { status, data, headers } = await meWith(opened, key);
  expect([status, data]).toEqual([403, { detail: "Authentication credentials were not provided." }]);
  expect(headers.get("www-authenticate")).toBeNull();
  expect(await keysOf(opened)).toEqual([key]);
});

test("a new password ends the sessions of the old one, and the row goes", async () => {
  await using opened = await opening();
  const { key } = await startSession(opened, 2);
  const other = await startSession(opened, 3, { key: "another-session-of-another-user" });
  const [[before] = []] = await query(opened, "SELECT password FROM auth_user WHERE id = 2");
  await query(opened, "UPDATE auth_user SET password = 'another' WHERE id = 2");
  expect((await meWith(opened, key)).status).toBe(403);
  expect(await keysOf(opened)).toEqual([other.key]);
  await query(opened, "UPDATE auth_user SET password = ? WHERE id = 2", [String(before)]);
  expect((await meWith(opened, key)).status).toBe(403);
  expect((await meWith(opened, other.key)).status).toBe(200);
});

test("rows without a user, or with the wrong hash of another, log nobody in", async () => {
  await using opened = await opening();
  const secret = opened.project.secretKey.value;
  const { data } = await startSession(opened, 2);
  const rows = [
    {},
    { cart: [1] },
    { _auth_user_id: "2" },
    { ...data, _auth_user_id: "1" },
    { ...data, _auth_user_id: "2; DROP TABLE" },
    { ...data, _auth_user_id: ["2"] },
    { ...data, _auth_user_hash: "" },
    { ...data, _auth_user_hash: null },
  ];
  for (const [index, row] of rows.entries()) {
    const key = `row-of-the-test-${index}`;
    await storeSession(opened, key, encodeSessionData(row, secret));
    expect({ row, status: (await meWith(opened, key)).status }).toEqual({ row, status: 403 });
  }
});

test.each([
  "",
  "short",
  "x".repeat(41),
  "x".repeat(8000),
  "with.a.dot.that.no.key.has",
  "a%00b%00c%00d%00e",
  "'OR'1'='1",
])("the key %j asks the database nothing", async (key) => {
  await using opened = await open(thesaurus({ authentication: [session()] }, [path("me/", me)]), { isSeeded: false });
  const statements = await statementsOf(async () => {
    expect((await meWith(opened, key)).status).toBe(403);
  });
  expect(statements).toEqual([]);
});

test("a login gives a new key each time, ends the session before, and changes the CSRF token", async () => {
  await using opened = await opening();
  const first = await login(opened, "ada");
  const second = await login(opened, "ada", `sessionid=${first.key}`);
  expect(first.key).toMatch(/^[a-z0-9]{32}$/);
  expect(second.key).toMatch(/^[a-z0-9]{32}$/);
  expect(second.key).not.toBe(first.key);
  expect(await keysOf(opened)).toEqual([second.key]);
  expect((await meWith(opened, first.key)).status).toBe(403);
  expect((await meWith(opened, second.key)).data).toEqual({ username: "ada" });
  const tokens = [first, second].map(({ cookies }) => cookies.get("csrftoken")?.value);
  expect(new Set([csrf, ...tokens]).size).toBe(3);
  for (const token of tokens) expect(token).toMatch(/^[a-zA-Z0-9]{32}$/);
});

test("a key that somebody made up beforehand is not taken over", async () => {
  await using opened = await opening();
  const { key } = await login(opened, "ada", "sessionid=made-up-by-an-attacker");
  expect(key).not.toBe("made-up-by-an-attacker");
  expect(await keysOf(opened)).toEqual([key]);
});

test("a login keeps what an anonymous session held, and nothing that another user's did", async () => {
  await using opened = await opening();
  const secret = opened.project.secretKey.value;
  const heldBy = async (key: string) => {
    const [[data] = []] = await query(opened, "SELECT session_data FROM django_session WHERE session_key = ?", [key]);
    return decodeSessionData(String(data), secret);
  };
  await storeSession(opened, "an-anonymous-session", encodeSessionData({ cart: [1] }, secret));
  const ada = await login(opened, "ada", "sessionid=an-anonymous-session");
  expect(await heldBy(ada.key)).toMatchObject({ cart: [1], _auth_user_id: "2" });
  const ben = await login(opened, "ben", `sessionid=${ada.key}`);
  expect(Object.keys((await heldBy(ben.key)) ?? {})).toEqual([
    "_auth_user_id",
    "_auth_user_backend",
    "_auth_user_hash",
  ]);
  expect(await keysOf(opened)).toEqual([ben.key]);
});

test("a login notes when, and removes sessions that are over", async () => {
  await using opened = await opening();
  await storeSession(opened, "a-session-long-over", "e30:1uQowS:x", -1);
  await storeSession(opened, "a-session-of-today", "e30:1uQowS:x", 1);
  const { key } = await login(opened, "ada");
  expect(await keysOf(opened)).toEqual(["a-session-of-today", key].toSorted());
  const [[at] = []] = await query(opened, "SELECT last_login FROM auth_user WHERE id = 2");
  expect(Math.abs(Date.parse(`${String(at).replace(" ", "T").slice(0, 19)}Z`) - Date.now())).toBeLessThan(10_000);
});

test("logging out removes the row and the cookie", async () => {
  await using opened = await opening();
  const { key } = await startSession(opened, 2);
  const { status, headers } = await opened.client.send("/api-auth/logout/", {
    headers: { cookie: `csrftoken=${csrf}; sessionid=${key}` },
    body: new URLSearchParams({ csrfmiddlewaretoken: csrf }),
  });
  expect(status).toBe(302);
  expect(cookiesOf(headers).get("sessionid")).toMatchObject({ value: expect.stringMatching(/^(?:"")?$/) });
  expect(cookiesOf(headers).get("sessionid")?.flags).toMatch(/Max-Age=0/);
  expect(await keysOf(opened)).toEqual([]);
  expect((await meWith(opened, key)).status).toBe(403);
});

test.each([
  ["http", false],
  ["https", true],
])("cookies of a login by %s are Secure: %s", async (scheme, isSecure) => {
  await using opened = await opening();
  const origin = `${scheme}://${new URL(opened.client.base).host}`;
  const { cookies } = await login(opened, "ada", "", { "x-forwarded-proto": scheme, origin });
  const { flags: ofSession = "" } = cookies.get("sessionid") ?? {};
  const { flags: ofCsrf = "" } = cookies.get("csrftoken") ?? {};
  expect(/; Secure(?:;|$)/.test(ofSession)).toBe(isSecure);
  expect(/; Secure(?:;|$)/.test(ofCsrf)).toBe(isSecure);
  expect(ofSession).toMatch(/; HttpOnly/);
  expect(ofSession).toMatch(/; SameSite=Lax/);
  expect(ofSession).toMatch(/; Max-Age=1209600/);
  expect(ofCsrf).not.toMatch(/HttpOnly/);
});

test("who is no trusted proxy cannot say that a request came by HTTPS", async () => {
  const app = thesaurus({ authentication: [session()] }, [include("api-auth/", sessionRoutes())]);
  await using opened = await open(app);
  const { cookies } = await login(opened, "ada", "", { "x-forwarded-proto": "https" });
  for (const { flags } of cookies.values()) expect(flags).not.toMatch(/Secure/);
});
