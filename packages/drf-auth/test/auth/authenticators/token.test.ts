import { afterAll, beforeAll, expect, test } from "vitest";
import {
  apiView,
  application,
  AuthToken,
  ImproperlyConfigured,
  isAuthenticated,
  obtainAuthToken,
  path,
  tokenAuthentication,
} from "../../../src/index.ts";
import { open, thesaurusModels, type Opened, query } from "../../fixtures/thesaurus.ts";

const me = apiView(["GET"], ({ user, request }) => ({ username: user.username, auth: request.auth }), { name: "Me" });
const settings = { authentication: [tokenAuthentication()], permissions: [isAuthenticated] };
const obtaining = path("api-token-auth/", obtainAuthToken());

const key = "0123456789abcdef0123456789abcdef01234567";
let opened: Opened;
beforeAll(async () => {
  opened = await open(
    application({ settings, models: [...thesaurusModels, AuthToken], routes: [path("me/", me), obtaining] }),
  );
  const sql = "INSERT INTO authtoken_token (key, user_id, created) VALUES (?, ?, '2026-01-01 00:00:00')";
  await query(opened, sql, [key, 3]);
  await query(opened, sql, ["d".repeat(40), 4]);
});
afterAll(() => opened.close());

test.each([`Token ${key}`, `token ${key}`, `TOKEN   ${key}`, `Token\t${key}`])(
  "%j is its user",
  async (authorization) => {
    expect(await opened.client.send("/me/", { headers: { authorization } })).toMatchObject({
      status: 200,
      data: { username: "ben" },
    });
  },
);

test.each([
  ["Token", "Invalid token header. No credentials provided."],
  [`Token ${key} x`, "Invalid token header. Token string should not contain spaces."],
  ["Token \u00ff\u00fe", "Invalid token header. Token string should not contain invalid characters."],
  ["Token x", "Invalid token."],
  [`Token ${key}x`, "Invalid token."],
  [`Token ${key.toUpperCase()}`, "Invalid token."],
  [`Token ${"x".repeat(8000)}`, "Invalid token."],
  [`Token ${"d".repeat(40)}`, "User inactive or deleted."],
  [`Bearer ${key}`, "Authentication credentials were not provided."],
  [`Tokens ${key}`, "Authentication credentials were not provided."],
])("%j is refused: %s", async (authorization, detail) => {
  const { status, data, headers } = await opened.client.send("/me/", { headers: { authorization } });
  expect([status, data]).toEqual([401, { detail }]);
  expect(headers.get("www-authenticate")).toBe("Token");
});

test("a username and password are answered with the user's key, the same each time", async () => {
  const obtain = () => opened.client.post("/api-token-auth/", { username: "ada", password: "ada-pass-123" });
  const answers = await Promise.all([obtain(), obtain(), obtain()]);
  const [token = ""] = answers.map(({ data }) => (data as { readonly token: string }).token);
  expect(token).toMatch(/^[0-9a-f]{40}$/);
  for (const { status, data } of answers) expect([status, data]).toEqual([200, { token }]);
  expect(await query(opened, "SELECT key FROM authtoken_token WHERE user_id = 2")).toEqual([[token]]);
  const { data } = await opened.client.send("/me/", { headers: { authorization: `Token ${token}` } });
  expect(data).toMatchObject({ username: "ada" });
  expect(opened.log.join("\n")).not.toContain(token);
});

test.each([
  [{ username: "ada", password: "wrong" }, { non_field_errors: ["Unable to log in with provided credentials."] }],
  [
    { username: "gone", password: "gone-pass-123" },
    { non_field_errors: ["Unable to log in with provided credentials."] },
  ],
  [{}, { username: ["This field is required."], password: ["This field is required."] }],
  [{ username: "ada", password: "" }, { password: ["This field may not be blank."] }],
])("%j is answered 400: %j", async (sent, errors) => {
  const { status, data } = await opened.client.post("/api-token-auth/", sent);
  expect([status, data]).toEqual([400, errors]);
});

test("without AuthToken among the models, what needs it is refused at start by name", async () => {
  const authenticated = application({ settings, models: thesaurusModels, routes: [path("me/", me)] });
  const viewed = application({ models: thesaurusModels, routes: [obtaining] });
  for (const [app, sentence] of [
    [authenticated, /Add AuthToken to its models/],
    [viewed, /Add AuthToken to the models/],
  ] as const) {
    const opening = open(app, { isSeeded: false });
    await expect(opening).rejects.toThrow(ImproperlyConfigured);
    await expect(opening).rejects.toThrow(sentence);
  }
});
