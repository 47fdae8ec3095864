import { expect, test } from "vitest";
import { apiView, include, isAuthenticated, path, session, sessionRoutes } from "../../../src/index.ts";
import { statementsOf } from "../../../src/testing/index.ts";
import { open, type Opened, query, thesaurus } from "../../fixtures/thesaurus.ts";
import { startSession } from "./start-session.ts";

const me = apiView(["GET", "POST"], ({ user }) => ({ username: user.username }), { name: "Me" });
const csrf = "a".repeat(32);
/** How Django tells a browser to forget a session, letter for letter. */
const removal = 'sessionid=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax';

function opening(): ReturnType<typeof open> {
  const settings = { authentication: [session()], permissions: [isAuthenticated] };
  return open(thesaurus(settings, [path("me/", me), include("api-auth/", sessionRoutes())]));
}

async function cookiesSet(opened: Opened, cookie: string): Promise<readonly string[]> {
  return (await opened.client.send("/me/", { headers: { cookie } })).headers.getSetCookie();
}

test.each([
  ["that was never there", "sessionid=abcdefghijklmnopqrstuvwxyz012345", [removal]],
  ["too short to be one", "sessionid=abc", [removal]],
  ["too long to be one", `sessionid=${"z".repeat(300)}`, [removal]],
  ["that is empty", "sessionid=", [removal]],
  ["of another name", "session=abcdefghijklmnopqrstuvwxyz012345", []],
])("a session cookie %s is forgotten where it should be", async (_name, cookie, expected) => {
  await using opened = await opening();
  expect(await cookiesSet(opened, cookie)).toEqual(expected);
});

test.each([
  ["is good", "UPDATE django_session SET session_key = session_key", []],
  ["is over", "UPDATE django_session SET expire_date = '2020-01-01 00:00:00'", [removal]],
  ["is of an older password", "UPDATE auth_user SET password = 'another' WHERE id = 2", [removal]],
  ["cannot be read", "UPDATE django_session SET session_data = 'e30:1uQowS:x'", []],
  ["is of an inactive user", "UPDATE auth_user SET is_active = false WHERE id = 2", []],
])("the cookie of a session that %s is answered as Django answers it", async (_name, sql, expected) => {
  await using opened = await opening();
  const { key } = await startSession(opened, 2);
  await query(opened, sql);
  expect(await cookiesSet(opened, `sessionid=${key}`)).toEqual(expected);
});

test("a logout without a session cookie sets none and asks the database nothing", async () => {
  await using opened = await opening();
  const logout = (cookie: string) =>
    opened.client.send("/api-auth/logout/", {
      headers: { cookie },
      body: new URLSearchParams({ csrfmiddlewaretoken: csrf }),
    });
  const statements = await statementsOf(async () => {
    expect((await logout(`csrftoken=${csrf}`)).headers.getSetCookie()).toEqual([]);
    expect((await logout(`csrftoken=${csrf}; sessionid=abc`)).headers.getSetCookie()).toEqual([removal]);
  });
  expect(statements).toEqual([]);
});

test.each(["abc", "-".repeat(32)])(
  "the CSRF cookie %j is no token: it is replaced, and the next try succeeds",
  async (bad) => {
    await using opened = await opening();
    const { key } = await startSession(opened, 2);
    for (const method of ["GET", "POST"]) {
      const answer = await opened.client.send("/me/", {
        method,
        headers: { cookie: `sessionid=${key}; csrftoken=${bad}`, "x-csrftoken": bad },
      });
      expect(answer.status).toBe(method === "GET" ? 200 : 403);
      const [, fresh = ""] = /^csrftoken=([a-zA-Z0-9]{32});/.exec(answer.headers.getSetCookie()[0] ?? "") ?? [];
      const again = await opened.client.send("/me/", {
        method: "POST",
        headers: { cookie: `sessionid=${key}; csrftoken=${fresh}`, "x-csrftoken": fresh },
      });
      expect([again.status, again.headers.getSetCookie()]).toEqual([200, []]);
    }
  },
);
