import { createHmac } from "node:crypto";
import { decodeJwt } from "jose";
import { expect, test } from "vitest";
import { statementsOf } from "../../../src/testing/index.ts";
import { open, type Opened, query, thesaurus } from "../../fixtures/thesaurus.ts";

const secret = "a-key-of-a-test-that-is-long-enough-to-sign-with";
const environment = { SECRET_KEY: secret };
const seconds = (): number => Math.floor(Date.now() / 1000);

function written(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

async function obtain({ project }: Pick<Opened, "project">, id = 2) {
  const user = await project.auth.users.find(id);
  if (!user) throw new Error(`There is no user ${id}.`);
  return project.auth.tokens.obtain(user);
}

const faultOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "none",
    (error: { readonly fault?: string; readonly message: string }) => error.fault ?? error.message,
  );

test("the claims of a new pair are SimpleJWT's, in its order", async () => {
  await using opened = await open(thesaurus({ tokens: { audience: "words", issuer: "https://id" } }), { environment });
  const before = seconds();
  const { access, refresh } = await obtain(opened);
  for (const [token, type, lifetime] of [
    [access, "access", 300],
    [refresh, "refresh", 86_400],
  ] as const) {
    const claims = decodeJwt(token);
    expect(Object.keys(claims)).toEqual(["token_type", "exp", "iat", "jti", "user_id", "aud", "iss"]);
    expect(claims).toMatchObject({ token_type: type, user_id: "2", aud: "words", iss: "https://id" });
    expect(claims.jti).toMatch(/^[0-9a-f]{32}$/);
    expect(claims.iat).toBeGreaterThanOrEqual(before);
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(lifetime);
  }
  expect(decodeJwt(access).jti).not.toBe(decodeJwt(refresh).jti);
});

test("a refresh takes over the claims that are not a token's own", async () => {
  await using opened = await open(thesaurus(), { environment });
  const old = {
    token_type: "refresh",
    exp: seconds() + 60,
    iat: seconds() - 60,
    jti: "ab".repeat(16),
    user_id: "2",
    role: "editor",
  };
  const { access = "", refresh = "" } = await opened.project.auth.tokens.refresh(written(old));
  for (const [token, type] of [
    [access, "access"],
    [refresh, "refresh"],
  ] as const) {
    const claims = decodeJwt(token);
    expect(Object.keys(claims)).toEqual(["token_type", "exp", "iat", "jti", "user_id", "role"]);
    expect(claims).toMatchObject({ token_type: type, role: "editor", user_id: "2" });
    expect(claims.jti).not.toBe(old.jti);
    expect(claims.iat).toBeGreaterThan(old.iat);
  }
});

test("of eight who exchange one refresh token at once, one is given tokens", async () => {
  await using opened = await open();
  const { refresh } = await obtain(opened);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => opened.client.post("/api/token/refresh/", { refresh })),
  );
  const refused = answers.filter(({ status }) => status !== 200);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 401)]);
  for (const { data } of refused) expect(data).toEqual({ detail: "Token is blacklisted", code: "token_not_valid" });
  const [[count] = []] = await query(opened, "SELECT count(*) FROM token_blacklist_outstandingtoken");
  expect(count).toBe(2);
});

test("the rows of tokens are those that SimpleJWT writes", async () => {
  await using opened = await open();
  const { refresh } = await obtain(opened);
  const { refresh: next = "" } = await opened.project.auth.tokens.refresh(refresh);
  await opened.project.auth.tokens.blacklist(next);
  const columns = "o.token, o.jti, o.user_id, o.created_at, o.expires_at, b.blacklisted_at";
  const from = "token_blacklist_outstandingtoken o LEFT JOIN token_blacklist_blacklistedtoken b ON b.token_id = o.id";
  const rows = await query(opened, `SELECT ${columns} FROM ${from} ORDER BY o.id`);
  expect(rows.map((row) => row.slice(0, 3))).toEqual([refresh, next].map((token) => [token, decodeJwt(token).jti, 2]));
  for (const [token, , , created, expires, blacklisted] of rows) {
    expect(created).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$/);
    expect(blacklisted).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$/);
    expect(Date.parse(`${String(expires).replace(" ", "T")}Z`)).toBe(Number(decodeJwt(String(token)).exp) * 1000);
  }
});

test("a refresh token is refused once it was blacklisted, by whatever way, and an access token is not touched", async () => {
  await using opened = await open();
  const { tokens } = opened.project.auth;
  const { access, refresh } = await obtain(opened);
  await tokens.blacklist(refresh);
  expect(await faultOf(tokens.refresh(refresh))).toBe("Token is blacklisted");
  expect(await faultOf(tokens.blacklist(refresh))).toBe("Token is blacklisted");
  const { status, data } = await opened.client.post("/api/token/verify/", { token: refresh });
  expect([status, data]).toEqual([400, { non_field_errors: ["Token is blacklisted"] }]);
  expect(await faultOf(tokens.verify(access))).toBe("none");
});

test("without a blacklist after rotation a refresh token may be exchanged again; without rotation none is given", async () => {
  await using kept = await open(thesaurus({ tokens: { blacklistAfterRotation: false } }));
  const { refresh } = await obtain(kept);
  const first = await kept.project.auth.tokens.refresh(refresh);
  const second = await kept.project.auth.tokens.refresh(refresh);
  expect(first.refresh).not.toBe(second.refresh);

  await using still = await open(thesaurus({ tokens: { rotate: false } }));
  const pair = await obtain(still);
  const exchanged = await still.client.post("/api/token/refresh/", { refresh: pair.refresh });
  expect(Object.keys(exchanged.data as object)).toEqual(["access"]);
});

const claims = { token_type: "refresh", exp: 4_000_000_000, iat: 1_600_000_000, jti: "cd".repeat(16), user_id: "2" };

test.each([
  ["an access token", { ...claims, token_type: "access" }, "Token has wrong type"],
  ["a token without a type", { ...claims, token_type: undefined }, "Token has no type"],
  ["a token without a jti", { ...claims, jti: undefined }, "Token has no id"],
  ["a token without an end", { ...claims, exp: undefined }, "Token has no 'exp' claim"],
  ["a token that has ended", { ...claims, exp: 1_600_000_001 }, "Token is expired"],
  ["a user who is not active", { ...claims, user_id: "4" }, "No active account found for the given token."],
  ["a user who does not exist", { ...claims, user_id: "99" }, "No active account found for the given token."],
  ["a user of no possible id", { ...claims, user_id: "2 OR 1=1" }, "No active account found for the given token."],
])("%s is not exchanged", async (_name, given, fault) => {
  await using opened = await open(thesaurus(), { environment });
  expect(await faultOf(opened.project.auth.tokens.refresh(written(given)))).toBe(fault);
});

test("a failure is never remembered, and a refresh token is no access token the second time either", async () => {
  await using opened = await open(thesaurus(), { environment });
  const { tokens } = opened.project.auth;
  const { access, refresh } = await obtain(opened);
  const forged = `${access.slice(0, -4)}AAAA`;
  for (let round = 0; round < 3; round += 1) {
    expect(await faultOf(Promise.resolve(tokens.access(refresh)).then(() => undefined))).toBe("Token has wrong type");
    expect(await faultOf(Promise.resolve(tokens.access(forged)).then(() => undefined))).toBe("Token is invalid");
  }
  expect(tokens.access(access)).toBeInstanceOf(Promise);
  await tokens.access(access);
  expect(tokens.access(access)).not.toBeInstanceOf(Promise);
});

test("obtaining tokens sets last_login only where the settings say so", async () => {
  for (const updateLastLogin of [false, true]) {
    await using opened = await open(thesaurus({ tokens: { updateLastLogin } }));
    await obtain(opened);
    const [[lastLogin] = []] = await query(opened, "SELECT last_login FROM auth_user WHERE id = 2");
    expect(lastLogin === null).toBe(!updateLastLogin);
  }
});

test("no token and no key reaches the log or an answer that refuses", async () => {
  await using opened = await open(thesaurus(), { environment });
  const { access, refresh } = await obtain(opened);
  const forged = `${access.slice(0, -4)}AAAA`;
  await opened.project.auth.tokens.blacklist(refresh);
  opened.client.credentials(forged);
  const answers = [
    await opened.client.get("/api/v1/words/"),
    await opened.client.post("/api/token/refresh/", { refresh }),
    await opened.client.post("/api/token/verify/", { token: forged }),
    await opened.client.post("/api/token/blacklist/", { refresh: access }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  await query(opened, "DROP TABLE token_blacklist_blacklistedtoken");
  answers.push(await opened.client.post("/api/token/refresh/", { refresh }));
  expect(answers.at(-1)?.status).toBe(500);
  const written = [...opened.log, ...answers.map(({ text }) => text)].join("\n");
  expect(written).toMatch(/no such table|does not exist/);
  for (const hidden of [access, refresh, forged, secret, access.split(".")[2] ?? ""])
    expect(written).not.toContain(hidden);
});

test("the second request with a token costs no statement before the user is loaded", async () => {
  await using opened = await open();
  const { access } = await obtain(opened);
  const { tokens } = opened.project.auth;
  expect(await statementsOf(async () => void (await tokens.access(access)))).toEqual([]);
});
