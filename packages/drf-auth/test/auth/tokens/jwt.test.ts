import { createHmac } from "node:crypto";
import { decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createJwt } from "../../../src/auth/tokens/jwt.ts";
import { InvalidToken } from "../../../src/auth/tokens/token-error.ts";
import { tokenDefaults, type TokenSettings } from "../../../src/auth/tokens/token-settings.ts";

const secret = "a-key-of-a-test-that-is-long-enough-even-for-hs512-0123456789abcdef";
const now = 1_700_000_000;

beforeEach(() => void vi.useFakeTimers({ now: now * 1000, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const jwt = (settings: Partial<TokenSettings> = {}) => createJwt({ ...tokenDefaults, ...settings }, secret);
const part = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** A token written by hand, signed as it says unless told otherwise. */
function written(header: object, claims: unknown, { hash = "sha256", key = secret } = {}): string {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest("base64url")}`;
}

async function faultOf(token: string, settings: Partial<TokenSettings> = {}): Promise<string> {
  const error: unknown = await (await jwt(settings)).verify(token).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return "none";
  expect(error).toBeInstanceOf(InvalidToken);
  expect((error as Error).message).not.toContain(token === "" ? secret : token);
  return (error as InvalidToken).fault;
}

const HS256 = { alg: "HS256", typ: "JWT" };
const claims = { exp: now + 300, iat: now, jti: "0123", user_id: "1" };

test.each(["HS256", "HS384", "HS512"] as const)("%s signs, and is verified by itself alone", async (algorithm) => {
  const token = await (await jwt({ algorithm })).sign(claims);
  expect(decodeProtectedHeader(token)).toEqual({ alg: algorithm, typ: "JWT" });
  expect(await (await jwt({ algorithm })).verify(token)).toEqual(claims);
  const others = (["HS256", "HS384", "HS512"] as const).filter((other) => other !== algorithm);
  for (const other of others) expect(await faultOf(token, { algorithm: other })).toBe("Token is invalid");
});

test("a token that was written elsewhere with the same key is verified", async () => {
  expect(await faultOf(written(HS256, claims))).toBe("none");
});

test.each([
  ["no algorithm", `${part({ alg: "none" })}.${part(claims)}.`],
  ["no algorithm, oddly written", `${part({ alg: "nOnE" })}.${part(claims)}.`],
  ["no algorithm over a true signature", written({ alg: "none" }, claims)],
  ["no alg at all", written({ typ: "JWT" }, claims)],
  ["another hash under the right name", written(HS256, claims, { hash: "sha512" })],
  ["another name over the right hash", written({ alg: "HS512" }, claims)],
  ["an algorithm of public keys", written({ alg: "RS256" }, claims)],
  ["another key", written(HS256, claims, { key: `${secret}!` })],
  ["an empty key", written(HS256, claims, { key: "" })],
  ["a critical header that nobody knows", written({ ...HS256, crit: ["exp2"], exp2: 1 }, claims)],
  ["a critical b64", written({ ...HS256, crit: ["b64"], b64: false }, claims)],
  ["a changed claim", written(HS256, claims).replace(part(claims), part({ ...claims, user_id: "2" }))],
  ["a signature cut short", written(HS256, claims).slice(0, -2)],
  ["no signature", written(HS256, claims).replace(/[^.]+$/, "")],
  ["claims that are a list", written(HS256, [claims])],
  ["claims that are no JSON", written(HS256, "exp=1")],
  ["two parts", "a.b"],
  ["five parts", "a.b.c.d.e"],
  ["nothing", ""],
  ["more than any token of ours has", written(HS256, { ...claims, filler: "x".repeat(70_000) })],
  ["an end that is text", written(HS256, { ...claims, exp: "soon" })],
  ["a time of issue to come", written(HS256, { ...claims, iat: now + 2 })],
  ["a time of issue that is text", written(HS256, { ...claims, iat: "then" })],
  ["a beginning to come", written(HS256, { ...claims, nbf: now + 10 })],
  ["a jti that is a number", written(HS256, { ...claims, jti: 5 })],
  ["a sub that is a number", written(HS256, { ...claims, sub: 5 })],
])("%s is refused as invalid", async (_name, token) => {
  expect(await faultOf(token)).toBe("Token is invalid");
});

test("a token ends in the second that its exp names, and later by the leeway", async () => {
  const token = written(HS256, claims);
  vi.setSystemTime((now + 300) * 1000 - 1);
  expect(await faultOf(token)).toBe("none");
  vi.setSystemTime((now + 300) * 1000);
  expect(await faultOf(token)).toBe("Token is expired");
  vi.setSystemTime((now + 309) * 1000);
  expect(await faultOf(token, { leewaySeconds: 10 })).toBe("none");
  vi.setSystemTime((now + 310) * 1000);
  expect(await faultOf(token, { leewaySeconds: 10 })).toBe("Token is expired");
});

test("the leeway holds for a time of issue and a beginning to come too", async () => {
  const token = written(HS256, { ...claims, iat: now + 9, nbf: now + 9 });
  expect(await faultOf(token, { leewaySeconds: 10 })).toBe("none");
  expect(await faultOf(token, { leewaySeconds: 5 })).toBe("Token is invalid");
});

test.each([
  ["the audience", { aud: "words" }, { audience: "words" }, "none"],
  ["the audience among others", { aud: ["other", "words"] }, { audience: "words" }, "none"],
  ["another audience", { aud: "other" }, { audience: "words" }, "Token is invalid"],
  ["no audience", {}, { audience: "words" }, "Token is invalid"],
  ["an audience that nobody asked for", { aud: "other" }, {}, "none"],
  ["the issuer", { iss: "https://id" }, { issuer: "https://id" }, "none"],
  ["another issuer", { iss: "https://evil" }, { issuer: "https://id" }, "Token is invalid"],
  ["no issuer", {}, { issuer: "https://id" }, "Token is invalid"],
])("with %s a token is judged by the settings", async (_name, added, settings, fault) => {
  expect(await faultOf(written(HS256, { ...claims, ...added }), settings)).toBe(fault);
});
