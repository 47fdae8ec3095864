import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { apiView, path } from "../../../src/index.ts";
import { statementsOf } from "../../../src/testing/index.ts";
import { open, query, thesaurus } from "../../fixtures/thesaurus.ts";

const secret = "a-key-of-a-test-that-is-long-enough-to-sign-with";
const me = apiView(["GET"], ({ user, request }) => ({ id: user.id, claims: Object.keys(request.auth as object) }), {
  name: "Me",
});
const app = () => thesaurus({}, [path("me/", me)]);

function written(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

async function openedWithToken() {
  const opened = await open(app(), { environment: { SECRET_KEY: secret } });
  const user = await opened.project.auth.users.find(2);
  if (!user) throw new Error("There is no user 2.");
  const { access, refresh } = await opened.project.auth.tokens.obtain(user);
  opened.client.credentials(access);
  return { opened, access, refresh };
}

test.each([
  [
    "deactivated",
    "UPDATE auth_user SET is_active = false WHERE id = 2",
    { detail: "User is inactive", code: "user_inactive" },
  ],
  ["deleted", "DELETE FROM auth_user WHERE id = 2", { detail: "User not found", code: "user_not_found" }],
])("a user who was %s between two requests is refused, though the token is remembered", async (_name, sql, body) => {
  const { opened } = await openedWithToken();
  await using _ = opened;
  expect((await opened.client.get("/me/")).status).toBe(200);
  expect((await opened.client.get("/me/")).status).toBe(200);
  await query(opened, "DELETE FROM thesaurus_word");
  await query(opened, "DELETE FROM token_blacklist_outstandingtoken");
  await query(opened, sql);
  const { status, data, headers } = await opened.client.get("/me/");
  expect([status, data]).toEqual([401, body]);
  expect(headers.get("www-authenticate")).toBe('Bearer realm="api"');
});

test("each request loads the user with one statement, the first and the next", async () => {
  const { opened } = await openedWithToken();
  await using _ = opened;
  for (let round = 0; round < 3; round += 1) {
    const statements = await statementsOf(async () => {
      const { data } = await opened.client.get("/me/");
      expect(data).toEqual({ id: 2, claims: ["token_type", "exp", "iat", "jti", "user_id"] });
    });
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatch(/from "auth_user"/);
  }
});

const notProvided = "Authentication credentials were not provided.";
const twoValues = "Authorization header must contain two space-delimited values";
const notValid = "Given token not valid for any token type";
const noUser = "Token contained no recognizable user identification";

test.each([
  ["no header", undefined, notProvided],
  ["an empty one", "", notProvided],
  ["another scheme", "Basic YTpi", notProvided],
  ["the scheme in small letters", "bearer TOKEN", notProvided],
  ["a longer scheme", "BearerX TOKEN", notProvided],
  ["no token", "Bearer", twoValues],
  ["two tokens", "Bearer TOKEN TOKEN", twoValues],
  ["rubbish", "Bearer x", notValid],
  ["a refresh token", "Bearer REFRESH", notValid],
])("a request with %s is refused and told why", async (_name, header, detail) => {
  const { opened, access, refresh } = await openedWithToken();
  await using _ = opened;
  opened.client.credentials();
  const authorization = header?.replaceAll("TOKEN", access).replace("REFRESH", refresh);
  const { status, data } = await opened.client.send(
    "/me/",
    authorization === undefined ? {} : { headers: { authorization } },
  );
  expect([status, (data as { readonly detail: string }).detail]).toEqual([401, detail]);
});

test("white space around the token does not matter", async () => {
  const { opened, access } = await openedWithToken();
  await using _ = opened;
  opened.client.credentials();
  const { status } = await opened.client.send("/me/", { headers: { authorization: `Bearer   \t${access} ` } });
  expect(status).toBe(200);
});

test.each([
  ["no user", {}, noUser],
  ["a user who never was", { user_id: "77" }, "User not found"],
  ["a user of an older kind of token, by number", { user_id: 2 }, undefined],
  ["a user of no possible id", { user_id: { id: 2 } }, "User not found"],
  ["a user whose id is null", { user_id: null }, "User not found"],
])("a token with %s is answered in SimpleJWT's words", async (_name, claims, detail) => {
  const { opened } = await openedWithToken();
  await using _ = opened;
  opened.client.credentials(written({ token_type: "access", exp: 4_000_000_000, jti: "ab", ...claims }));
  const { status, data } = await opened.client.get("/me/");
  expect([status, (data as { readonly detail?: string }).detail]).toEqual([detail === undefined ? 200 : 401, detail]);
});
