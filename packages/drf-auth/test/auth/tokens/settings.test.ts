import { describe, expect, test } from "vitest";
import {
  apiView,
  application,
  isAuthenticated,
  jwt,
  path,
  tokenObtainPair,
  tokenObtainSliding,
  tokenRefresh,
} from "../../../src/index.ts";
import type { Settings } from "../../../src/index.ts";
import { open, query, thesaurusModels } from "../../fixtures/thesaurus.ts";

const me = apiView(["GET"], ({ user, request }) => ({ id: user.id, claims: request.auth }), {
  name: "Me",
  permissions: [isAuthenticated],
});
const credentials = { username: "ada", password: "ada-pass-123" };

async function opened(tokens: Settings["tokens"], options: Parameters<typeof jwt>[0] = {}) {
  const app = application({
    settings: { authentication: [jwt(options)], tokens },
    models: thesaurusModels,
    routes: [
      path("pair/", tokenObtainPair()),
      path("refresh/", tokenRefresh()),
      path("sliding/", tokenObtainSliding()),
      path("me/", me),
    ],
  });
  const all = await open(app);
  const obtain = async () => (await all.client.post("/pair/", credentials)).data as { access: string; refresh: string };
  const asked = async (token: string, header = "authorization", scheme = "Bearer") => {
    const { status, data } = await all.client.send("/me/", { headers: { [header]: `${scheme} ${token}` } });
    return { status, data: data as Readonly<Record<string, unknown>> };
  };
  return Object.assign(all, { obtain, asked });
}

describe("claims of one's own", () => {
  test("are in both tokens, stay when they are refreshed, and reach the request", async () => {
    await using all = await opened({
      claims: async (user) => ({ role: user.username === "ada" ? "author" : "reader" }),
    });
    const { access, refresh } = await all.obtain();
    expect((await all.asked(access)).data["claims"]).toMatchObject({ role: "author", user_id: "2" });
    const again = (await all.client.post("/refresh/", { refresh })).data as { access: string };
    expect((await all.asked(again.access)).data["claims"]).toMatchObject({ role: "author" });
  });

  test("cannot be those of the token itself: the log says which", async () => {
    await using all = await opened({ claims: () => ({ user_id: "1" }) });
    expect((await all.client.post("/pair/", credentials)).status).toBe(500);
    expect(all.log.join("")).toContain("user_id cannot be claims of your own");
  });
});

test("a rule of one's own says who may have tokens, at login and at refresh", async () => {
  let isAllowed = true;
  await using all = await opened({ userAuthenticationRule: async (user) => isAllowed && user.is_active });
  const { refresh } = await all.obtain();
  isAllowed = false;
  expect((await all.client.post("/pair/", credentials)).status).toBe(401);
  const refused = await all.client.post("/refresh/", { refresh });
  expect([refused.status, refused.data]).toEqual([401, { detail: "No active account found for the given token." }]);
});

test("a changed password refuses the tokens from before it, and their refresh token for good", async () => {
  await using all = await opened({ checkRevokeToken: true });
  const { access, refresh } = await all.obtain();
  expect((await all.asked(access)).status).toBe(200);
  await query(all, "UPDATE auth_user SET password = ? WHERE id = 2", ["!"]);
  expect(await all.asked(access)).toEqual({
    status: 401,
    data: { detail: "The user's password has been changed.", code: "password_changed" },
  });
  const answers = [await all.client.post("/refresh/", { refresh }), await all.client.post("/refresh/", { refresh })];
  expect(answers.map(({ status, data }) => [status, (data as { detail: string }).detail])).toEqual([
    [401, "The user's password has been changed."],
    [401, "Token is blacklisted"],
  ]);
});

test("sliding tokens count where they are asked for, and each class that refuses says why", async () => {
  await using all = await opened({}, { tokenTypes: ["access", "sliding"] });
  const { token } = (await all.client.post("/sliding/", credentials)).data as { token: string };
  const { access, refresh } = await all.obtain();
  expect([(await all.asked(token)).status, (await all.asked(access)).status]).toEqual([200, 200]);
  expect((await all.asked(refresh)).data["messages"]).toEqual([
    { token_class: "AccessToken", token_type: "access", message: "Token has wrong type" },
    { token_class: "SlidingToken", token_type: "sliding", message: "Token has wrong type" },
  ]);
  await query(
    all,
    "INSERT INTO token_blacklist_blacklistedtoken (blacklisted_at, token_id) SELECT '2024-01-01', id FROM token_blacklist_outstandingtoken WHERE token = ?",
    [token],
  );
  expect((await all.asked(token)).status).toBe(401);
});

test("another header and other words before the token", async () => {
  await using all = await opened({}, { headerName: "X-Access-Token", headerTypes: ["JWT", "Token"] });
  const { access } = await all.obtain();
  const statuses = [
    await all.asked(access, "x-access-token", "JWT"),
    await all.asked(access, "x-access-token", "Token"),
    await all.asked(access, "x-access-token", "Bearer"),
    await all.asked(access),
  ].map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 401, 401]);
  const refused = await all.client.get("/me/");
  expect(refused.headers.get("www-authenticate")).toBe('JWT realm="api"');
});

test.each([
  [0, 401],
  [30, 200],
])("a leeway of %i seconds for a token that ended five seconds ago: %i", async (leewaySeconds, status) => {
  await using all = await opened({ leewaySeconds, accessLifetimeSeconds: -5 });
  const { access } = await all.obtain();
  expect([(await all.asked(access)).status, (await all.asked(access)).status]).toEqual([status, status]);
});
