import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeEach, expect, test } from "vitest";
import { apiView, include, isAuthenticated, path, session, sessionRoutes } from "../../../src/index.ts";
import { open, type Opened, query, thesaurus } from "../../fixtures/thesaurus.ts";

const script = fileURLToPath(new URL("fixtures/django-sessions.py", import.meta.url));
const hasDjango = spawnSync("python3", ["-c", "import django"]).status === 0;
const me = apiView(["GET", "POST"], ({ user }) => ({ username: user.username }), { name: "Me" });
const secret = "a".repeat(32);

beforeEach(({ skip }) => skip(!hasDjango, "python3 has no Django here: nothing to compare with"));

function opening(): ReturnType<typeof open> {
  const settings = { authentication: [session()], permissions: [isAuthenticated] };
  return open(thesaurus(settings, [path("me/", me), include("api-auth/", sessionRoutes())]));
}

/** Has Django do something with the same database and the same secret. */
async function django(opened: Opened, action: string, argument: string): Promise<Readonly<Record<string, unknown>>> {
  const { database, secretKey } = opened.project;
  const { stdout } = await promisify(execFile)("python3", [
    script,
    database.location,
    secretKey.value,
    action,
    argument,
  ]);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

async function meBy(opened: Opened, key: unknown): Promise<unknown> {
  const { status, data } = await opened.client.send("/me/", { headers: { cookie: `sessionid=${String(key)}` } });
  return status === 200 ? (data as { readonly username: string }).username : status;
}

async function login(opened: Opened, cookie = ""): Promise<string> {
  const { headers } = await opened.client.send("/api-auth/login/", {
    headers: { cookie: `csrftoken=${secret}; ${cookie}` },
    body: new URLSearchParams({ username: "ada", password: "ada-pass-123", csrfmiddlewaretoken: secret }),
  });
  return /sessionid=(\w+)/.exec(headers.getSetCookie().join())?.[1] ?? "no session";
}

test("who logged in at Django is logged in here, until Django logs them out", async () => {
  await using opened = await opening();
  const { key } = await django(opened, "log_in", "2");
  expect(await meBy(opened, key)).toBe("ada");
  await django(opened, "log_out", String(key));
  expect(await meBy(opened, key)).toBe(403);
});

test("who logged in here is logged in at Django, for as long, and is noted there", async () => {
  await using opened = await opening();
  const key = await login(opened);
  const { username, data, daysLeft, lastLogin } = await django(opened, "read", key);
  expect([username, Object.keys(data as object)]).toEqual([
    "ada",
    ["_auth_user_id", "_auth_user_backend", "_auth_user_hash"],
  ]);
  expect(daysLeft).toBeCloseTo(14, 2);
  expect(Math.abs(Date.parse(String(lastLogin)) - Date.now())).toBeLessThan(60_000);
});

test("who logs out here is logged out at Django", async () => {
  await using opened = await opening();
  const { key } = await django(opened, "log_in", "2");
  await opened.client.send("/api-auth/logout/", {
    headers: { cookie: `csrftoken=${secret}; sessionid=${String(key)}` },
    body: new URLSearchParams({ csrfmiddlewaretoken: secret }),
  });
  expect(await django(opened, "read", String(key))).toMatchObject({ username: "", data: {}, daysLeft: null });
});

test("what Django put into an anonymous session is still there, for Django, after a login here", async () => {
  await using opened = await opening();
  const basket = `Zoë 😀 \u007f ${"apple ".repeat(100)}`;
  const { key } = await django(opened, "keep", basket);
  const { username, data } = await django(opened, "read", await login(opened, `sessionid=${String(key)}`));
  expect([username, data]).toEqual(["ada", expect.objectContaining({ basket })]);
});

test("a new password ends a session of Django's here, and one of ours at Django", async () => {
  await using opened = await opening();
  const { key: theirs } = await django(opened, "log_in", "2");
  const ours = await login(opened);
  await query(opened, "UPDATE auth_user SET password = 'another' WHERE id = 2");
  expect(await meBy(opened, theirs)).toBe(403);
  expect((await django(opened, "read", ours))["username"]).toBe("");
});

test("a CSRF token that Django masked counts here, and Django reads the secret of one of ours", async () => {
  await using opened = await opening();
  const key = await login(opened);
  const { token } = await django(opened, "mask", secret);
  const { status } = await opened.client.send("/me/", {
    method: "POST",
    headers: { cookie: `csrftoken=${secret}; sessionid=${key}`, "x-csrftoken": String(token) },
  });
  expect(status).toBe(200);
  const { text, headers } = await opened.client.get("/api-auth/login/");
  const [, masked = ""] = /name="csrfmiddlewaretoken" value="(\w+)"/.exec(text) ?? [];
  const [, own] = /csrftoken=(\w+)/.exec(headers.getSetCookie().join()) ?? [];
  expect(await django(opened, "unmask", masked)).toEqual({ secret: own });
});
