import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Csrf } from "../../../src/auth/csrf/csrf.ts";
import { formFault, mask, newSecret, secretOf } from "../../../src/auth/csrf/csrf-token.ts";
import { apiView, isAuthenticated, path, session } from "../../../src/index.ts";
import { open, type Opened, thesaurus } from "../../fixtures/thesaurus.ts";
import { startSession } from "../sessions/start-session.ts";

const secret = "aaaaaaaaaaaaaaaaBBBBBBBBBBBBBBBB";
/** The secret as Django 5.2 masked it once. */
const masked = "lwjIhK3ZHcByvn2k4gSm5cH2gWbGqzQllwjIhK3ZHcByvn2kvHjNwD8tHnC7R0hM";
const another = "Q".repeat(32);

const echo = apiView(["GET", "POST", "PUT", "PATCH", "DELETE"], ({ user }) => ({ username: user.username }), {
  name: "Echo",
});

let opened: Opened;
let key: string;
beforeAll(async () => {
  const settings = {
    authentication: [session()],
    permissions: [isAuthenticated],
    csrfTrustedOrigins: ["https://app.example.com", "https://*.example.org"],
    trustedProxies: ["loopback"],
  };
  opened = await open(thesaurus(settings, [path("echo/", echo)]));
  ({ key } = await startSession(opened, 2));
});
afterAll(() => opened.close());

interface Sent {
  readonly method?: string;
  readonly cookie?: string;
  readonly header?: string;
  readonly form?: string;
  readonly json?: unknown;
  readonly origin?: string;
  readonly referer?: string;
  readonly secure?: boolean;
}

/** Why a request is refused; undefined when it is not. */
async function refusalOf(sent: Sent): Promise<unknown> {
  const cookies = [`sessionid=${key}`, ...(sent.cookie === undefined ? [] : [`csrftoken=${sent.cookie}`])];
  const headers = {
    cookie: cookies.join("; "),
    ...(sent.header !== undefined && { "x-csrftoken": sent.header }),
    ...(sent.origin !== undefined && { origin: sent.origin.replace("<host>", new URL(opened.client.base).host) }),
    ...(sent.referer !== undefined && { referer: sent.referer.replace("<host>", new URL(opened.client.base).host) }),
    ...(sent.secure && { "x-forwarded-proto": "https" }),
  };
  const { status, data } = await opened.client.send("/echo/", {
    method: sent.method ?? "POST",
    headers,
    ...(sent.json !== undefined && { json: sent.json }),
    ...(sent.form !== undefined && { body: new URLSearchParams({ csrfmiddlewaretoken: sent.form }) }),
  });
  if (status === 200) return undefined;
  const { detail } = data as { readonly detail: string };
  expect([status, detail.slice(0, 13)]).toEqual([403, "CSRF Failed: "]);
  return detail.slice(13).replace(new URL(opened.client.base).host, "<host>");
}

const right = { cookie: secret, header: secret };
const header = "CSRF token from the 'X-Csrftoken' HTTP header";

describe("the token, in Django's words", () => {
  test.each<readonly [Sent, string | undefined]>([
    [{ method: "GET" }, undefined],
    [{ method: "GET", origin: "https://evil.example", secure: true }, undefined],
    [{ method: "POST" }, "CSRF cookie not set."],
    [{ method: "PUT" }, "CSRF cookie not set."],
    [{ method: "PATCH" }, "CSRF cookie not set."],
    [{ method: "DELETE" }, "CSRF cookie not set."],
    [{ method: "DELETE", ...right }, undefined],
    [{ method: "PATCH", ...right }, undefined],
    [right, undefined],
    [{ cookie: secret, header: masked }, undefined],
    [{ cookie: masked, header: secret }, undefined],
    [{ cookie: masked, header: masked }, undefined],
    [{ cookie: secret, form: masked }, undefined],
    [{ method: "PUT", cookie: secret, form: masked }, "CSRF token missing."],
    [{ cookie: secret, form: "", header: masked }, undefined],
    [{ cookie: secret, form: another, header: secret }, "CSRF token from POST incorrect."],
    [{ cookie: secret, json: { csrfmiddlewaretoken: masked } }, "CSRF token missing."],
    [{ cookie: secret }, "CSRF token missing."],
    [{ cookie: "", header: secret }, "CSRF cookie has incorrect length."],
    [{ cookie: "x", header: "x" }, "CSRF cookie has incorrect length."],
    [{ cookie: "a".repeat(33), header: secret }, "CSRF cookie has incorrect length."],
    [{ cookie: "-".repeat(32), header: "-".repeat(32) }, "CSRF cookie has invalid characters."],
    [{ cookie: another, header: secret }, `${header} incorrect.`],
    [{ cookie: secret, header: "" }, `${header} has incorrect length.`],
    [{ cookie: secret, header: "x" }, `${header} has incorrect length.`],
    [{ cookie: secret, header: "a".repeat(65) }, `${header} has incorrect length.`],
    [{ cookie: secret, header: "a".repeat(64) }, `${header} incorrect.`],
    [{ cookie: secret, header: "é".repeat(32) }, `${header} has invalid characters.`],
    [{ cookie: secret, header: "-".repeat(64) }, `${header} has invalid characters.`],
    [{ cookie: secret, form: "x" }, "CSRF token from POST has incorrect length."],
    [{ cookie: secret, form: "é".repeat(32) }, "CSRF token from POST has invalid characters."],
    [{ cookie: secret, form: "a".repeat(64) }, "CSRF token from POST incorrect."],
  ])("%o: %s", async (sent, reason) => {
    expect(await refusalOf(sent)).toBe(reason);
  });
});

const untrusted = (origin: string): string => `Origin checking failed - ${origin} does not match any trusted origins.`;

describe("the Origin, in Django's words", () => {
  test.each<readonly [string, boolean, boolean]>([
    ["http://<host>", false, true],
    ["http://<host>", true, false],
    ["https://<host>", false, false],
    ["https://<host>", true, true],
    ["null", true, false],
    ["", true, false],
    ["http://127.0.0.1", false, false],
    ["http://<host>/", false, false],
    ["https://app.example.com", true, true],
    ["https://app.example.com", false, true],
    ["http://app.example.com", true, false],
    ["https://app.example.com:444", true, false],
    ["https://sub.app.example.com", true, false],
    ["https://a.example.org", true, true],
    ["https://a.b.example.org", true, true],
    ["https://example.org", true, true],
    ["http://a.example.org", true, false],
    ["https://a.example.org:8443", true, false],
    ["https://evilexample.org", true, false],
    ["https://example.org.evil.example", true, false],
    ["file://", true, false],
    ["http://[::1", false, false],
    ["https://", true, false],
  ])("%j, where HTTPS is %s, may send: %s", async (origin, secure, isTrusted) => {
    expect(await refusalOf({ ...right, origin, secure })).toBe(isTrusted ? undefined : untrusted(origin));
  });

  test("comes before the token", async () => {
    expect(await refusalOf({ origin: "https://evil.example" })).toBe(untrusted("https://evil.example"));
  });
});

const noMatch = (referer: string): string => `Referer checking failed - ${referer} does not match any trusted origins.`;
const malformed = "Referer checking failed - Referer is malformed.";
const insecure = "Referer checking failed - Referer is insecure while host is secure.";

describe("the Referer on HTTPS without an Origin, in Django's words", () => {
  test.each<readonly [string | undefined, string | undefined]>([
    [undefined, "Referer checking failed - no Referer."],
    ["", malformed],
    ["nonsense", malformed],
    ["https://", malformed],
    ["https:///x", malformed],
    ["//<host>/", malformed],
    ["http://<host>/", insecure],
    ["ftp://<host>/", insecure],
    ["https://<host>", undefined],
    ["https://<host>/x?y", undefined],
    ["HTTPS://<host>/", undefined],
    ["https://app.example.com/a?b", undefined],
    ["https://a.example.org/", undefined],
    ["https://example.org", undefined],
    ["https://127.0.0.1/", noMatch("https://127.0.0.1/")],
    ["https://evil.example/", noMatch("https://evil.example/")],
    ["https://evil.example/?https://<host>/", noMatch("https://evil.example/?https://<host>/")],
    ["https://evilexample.org/", noMatch("https://evilexample.org/")],
    ["https://a.example.org:99/", noMatch("https://a.example.org:99/")],
    ["https://user@<host>/", noMatch("https://user@<host>/")],
    ["https://<host>@evil.example/", noMatch("https://<host>@evil.example/")],
  ])("%j: %s", async (referer, reason) => {
    const sent = { ...right, secure: true, ...(referer !== undefined && { referer }) };
    expect(await refusalOf(sent)).toBe(reason);
  });

  test("is not asked for on plain HTTP", async () => {
    expect(await refusalOf({ ...right, referer: "http://evil.example/" })).toBeUndefined();
  });
});

test("a secret is masked differently each time, and Django's masks come off too", () => {
  const tokens = new Set(Array.from({ length: 50 }, () => mask(secret)));
  expect(tokens.size).toBe(50);
  for (const token of tokens) {
    expect(formFault(token)).toBeUndefined();
    expect(secretOf(token)).toBe(secret);
  }
  expect(secretOf(masked)).toBe(secret);
  expect(new Set(Array.from({ length: 50 }, newSecret)).size).toBe(50);
  expect(newSecret()).toMatch(/^[a-zA-Z0-9]{32}$/);
});

test.each([
  "app.example.com",
  "https://app.example.com/",
  "https://app.example.com/path",
  "https://*example.com",
  "https://a.*.example.com",
  "https://*",
  "https://user@example.com",
  "ftp://example.com",
  "*",
  "",
])("%j is refused as a trusted origin, by its name", (origin) => {
  expect(() => new Csrf([origin])).toThrow(`settings.csrfTrustedOrigins has "${origin}"`);
});
