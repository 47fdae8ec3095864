import { afterAll, beforeAll, expect, test } from "vitest";
import { include, session, sessionRoutes } from "../../src/index.ts";
import { open, type Opened, query, thesaurus } from "../fixtures/thesaurus.ts";

const csrf = "a".repeat(32);
const settings = {
  authentication: [session()],
  trustedProxies: ["loopback"],
  sessions: { loginRedirectUrl: "/home/" },
};
const opening = () => open(thesaurus(settings, [include("api-auth/", sessionRoutes())]));

let opened: Opened;
beforeAll(async () => {
  opened = await opening();
});
afterAll(() => opened.close());

type Values = Readonly<Record<string, string>>;
const cookie = `csrftoken=${csrf}`;

function post(path: string, form: Values, headers: Values = {}, { client } = opened) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: csrf, ...form });
  return client.send(path, { headers: { cookie, ...headers }, body });
}

const ada = { username: "ada", password: "ada-pass-123" };
const wrong = "Please enter a correct username and password. Note that both fields may be case-sensitive.";

/** Logging out redirects as logging in does, without the price of a hash. */
async function redirectOf(next: string, headers: Values = {}): Promise<string | null> {
  const target = next.replace("<host>", new URL(opened.client.base).host);
  const { status, headers: answered } = await post("/api-auth/logout/", { next: target }, headers);
  expect(status).toBe(302);
  return answered.get("location");
}

test.each([
  ["/me/", "/me/"],
  ["/me/?a=b&c=d#e", "/me/?a=b&c=d#e"],
  ["http://<host>/me/?a=b", "/me/?a=b"],
  ["//<host>/me/", "/me/"],
  ["/%5Cevil.example", "/%5Cevil.example"],
  ["/%2F/evil.example", "/%2F/evil.example"],
  ["/é", "/%C3%A9"],
  ["", "/home/"],
  ["//evil.example", "/home/"],
  ["///evil.example", "/home/"],
  ["/\\evil.example", "/home/"],
  ["\\\\evil.example", "/home/"],
  ["https://evil.example/", "/home/"],
  ["https:evil.example", "/home/"],
  ["http:///evil.example", "/home/"],
  ["https://<host>/me/", "/home/"],
  ["http://127.0.0.1:1/me/", "/home/"],
  ["javascript:alert(1)", "/home/"],
  ["data:text/html,x", "/home/"],
  ["http://user@<host>/", "/home/"],
  ["http://user:word@<host>/", "/home/"],
  ["http://<host>@evil.example/", "/home/"],
  ["/a\r\nSet-Cookie: a=b", "/home/"],
  ["/a\tb", "/home/"],
  ["\t//evil.example", "/home/"],
  ["\0/a", "/home/"],
  [`/${"a".repeat(3000)}`, "/home/"],
])("next %j leads to %s", async (next, location) => {
  expect(await redirectOf(next)).toBe(location);
});

test.each([
  "/.//evil.example",
  "/..//evil.example",
  "http://<host>//evil.example",
  "/a/..//evil.example",
  ".//evil.example",
])("next %j stays on this site, as a browser reads it", async (next) => {
  const location = (await redirectOf(next)) ?? "";
  expect(new URL(location, opened.client.base).origin).toBe(opened.client.base);
});

test("next on HTTPS leads to HTTPS alone", async () => {
  const headers = { "x-forwarded-proto": "https", origin: `https://${new URL(opened.client.base).host}` };
  expect(await redirectOf("https://<host>/me/", headers)).toBe("/me/");
  expect(await redirectOf("http://<host>/me/", headers)).toBe("/home/");
});

test("next counts in the form before the query", async () => {
  expect((await post("/api-auth/logout/?next=/query/", {})).headers.get("location")).toBe("/query/");
  expect((await post("/api-auth/logout/?next=/query/", { next: "/form/" })).headers.get("location")).toBe("/form/");
  expect((await post("/api-auth/logout/?next=//evil.example", {})).headers.get("location")).toBe("/home/");
});

test("the login page carries a token that goes with its cookie, and that token logs in", async () => {
  const { status, text, headers } = await opened.client.get("/api-auth/login/?next=/me/");
  expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(text)?.[1] ?? "";
  const [set = ""] = headers.getSetCookie();
  expect(token).toMatch(/^[a-zA-Z0-9]{64}$/);
  const next = { next: "/me/", ...ada, csrfmiddlewaretoken: token };
  const answer = await post("/api-auth/login/", next, { cookie: set.slice(0, set.indexOf(";")) });
  expect([answer.status, answer.headers.get("location"), answer.text]).toEqual([302, "/me/", ""]);
});

test.each(["/api-auth/login/", "/api-auth/logout/"])(
  "POST %s without a CSRF token is a page with 403",
  async (path) => {
    const before = await query(opened, "SELECT count(*) FROM django_session");
    const { status, text, headers } = await opened.client.send(path, { body: new URLSearchParams(ada) });
    expect([status, headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"]);
    expect(text).toContain("CSRF verification failed: CSRF cookie not set.");
    expect(headers.getSetCookie()).toEqual([]);
    expect(await query(opened, "SELECT count(*) FROM django_session")).toEqual(before);
  },
);

test.each([
  ["GET", "/api-auth/logout/", "POST"],
  ["PUT", "/api-auth/login/", "GET"],
])("%s %s is 405 with Allow and without a body", async (method, path, allowed) => {
  const { status, text, headers } = await opened.client.send(path, {
    method,
    headers: { cookie, "x-csrftoken": csrf },
  });
  expect([status, text]).toEqual([405, ""]);
  expect(headers.get("allow")?.split(", ")).toContain(allowed);
});

test("JSON logs nobody in: the form is what counts", async () => {
  const headers = { cookie, "x-csrftoken": csrf };
  const { status, text } = await opened.client.send("/api-auth/login/", { method: "POST", json: ada, headers });
  expect(status).toBe(200);
  expect(text).toContain("Username: This field is required.");
  expect(text).toContain("Password: This field is required.");
});

test("a multipart form logs in, and a body that cannot be read is a page with 400", async () => {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...ada, csrfmiddlewaretoken: csrf })) body.append(name, value);
  expect((await opened.client.send("/api-auth/login/", { headers: { cookie }, body })).status).toBe(302);
  const headers = { cookie, "x-csrftoken": csrf, "content-type": "multipart/form-data" };
  const broken = await opened.client.send("/api-auth/login/", { headers, body: "x" });
  expect([broken.status, broken.headers.get("content-type")]).toEqual([400, "text/html; charset=utf-8"]);
});

test.each([
  [{ username: "ada", password: "wrong" }, wrong],
  [{ username: "gone", password: "gone-pass-123" }, wrong],
  [{ username: "", password: "x" }, "Username: This field is required."],
  [{ username: "ada", password: "" }, "Password: This field is required."],
])("%o is the page again, with what was wrong and without the password", async (form, sentence) => {
  const { status, text, headers } = await post("/api-auth/login/", { ...form, next: "/me/" });
  expect(status).toBe(200);
  expect(text).toContain(sentence);
  expect(text).toContain('name="next" value="/me/"');
  expect(text).not.toContain("gone-pass-123");
  expect(text).not.toContain('value="wrong"');
  expect(headers.getSetCookie().join("\n")).not.toContain("sessionid");
});

test("a name in full-width letters, or with spaces around it, is the same name", async () => {
  expect((await post("/api-auth/login/", { username: " ａｄａ ", password: "ada-pass-123" })).status).toBe(302);
});

test("what was sent as a name or as next is text on the page and nothing else", async () => {
  const evil = `"><script>alert('1')</script>`;
  const { text } = await post("/api-auth/login/", { username: evil, password: "wrong", next: evil });
  expect(text).not.toContain("<script>alert");
  expect(text.match(/&lt;script&gt;alert/g)?.length).toBeGreaterThanOrEqual(2);
  const { text: shown } = await opened.client.get(`/api-auth/login/?next=${encodeURIComponent(evil)}`);
  expect(shown).not.toContain("<script>alert");
  const { text: linked } = await opened.client.get("/api-auth/login/?next=javascript:alert(1)");
  expect(linked).not.toMatch(/(?:href|action)="javascript:/);
});

test.each([
  ["the page", () => opened.client.get("/api-auth/login/")],
  ["a wrong password", () => post("/api-auth/login/", { username: "ada", password: "wrong" })],
  ["a login", () => post("/api-auth/login/", ada)],
  ["a logout", () => post("/api-auth/logout/", {})],
])("%s is kept by no cache", async (_name, send) => {
  const { headers } = await send();
  expect(headers.get("cache-control")).toBe("max-age=0, no-cache, no-store, must-revalidate, private");
  expect(headers.get("vary")?.toLowerCase()).toContain("cookie");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("after ten wrong passwords the next login is a page with 429 that says how long to wait", async () => {
  await using fresh = await opening();
  const fail = () => post("/api-auth/login/", { username: "ben", password: "wrong" }, {}, fresh);
  for (let failure = 0; failure < 10; failure += 1) expect((await fail()).status).toBe(200);
  const { status, text, headers } = await fail();
  expect([status, headers.get("content-type")]).toEqual([429, "text/html; charset=utf-8"]);
  const seconds = headers.get("retry-after") ?? "";
  expect(seconds).toMatch(/^[1-9]\d*$/);
  expect(text).toContain(`Too many logins failed. Try again in ${seconds} s.`);
  expect(text).toContain('value="ben"');
  expect(headers.get("cache-control")).toContain("no-store");
  expect(headers.getSetCookie().join("\n")).not.toContain("sessionid");
});
