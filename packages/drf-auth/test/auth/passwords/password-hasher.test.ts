import { expect, test } from "vitest";
import { maxPasswordBytes } from "../../../src/auth/passwords/password-bytes.ts";
import { createPasswordHasher, type PasswordHasherOptions } from "../../../src/auth/passwords/password-hasher.ts";
import { unusablePassword } from "../../../src/auth/passwords/unusable-password.ts";
import { ImproperlyConfigured, ServiceUnavailable, ValidationError } from "../../../src/errors.ts";
import { vectorsOf } from "./recorded.ts";

const ours = createPasswordHasher();
const shared = createPasswordHasher({ algorithm: "pbkdf2_sha256" });
/** Cheap where the cost is not what is tested. */
const quick = createPasswordHasher({ algorithm: "pbkdf2_sha256", pbkdf2Iterations: 100_000 });
const invalid = { isValid: false, mustUpgrade: false };

const stored = ["pbkdf2_sha256", "pbkdf2_sha1", "scrypt", "argon2"].map((prefix) => {
  const [djangos, cheaper = djangos] = vectorsOf(prefix);
  return { prefix, ...cheaper };
});
const djangosArgon2 = vectorsOf("argon2")[0].encoded;

test.each(stored)("verifies $prefix and upgrades it in a database of ours", async ({ password, encoded }) => {
  expect(await ours.verify(password, encoded)).toEqual({ isValid: true, mustUpgrade: true });
  expect(await ours.verify(`${password} `, encoded)).toEqual(invalid);
});

test.each(stored)("verifies $prefix and rewrites nothing in a shared database", async ({ password, encoded }) => {
  expect(await quick.verify(password, encoded)).toEqual({ isValid: true, mustUpgrade: false });
  expect(await quick.verify(`${password} `, encoded)).toEqual(invalid);
});

test("takes two ways of writing one letter for two passwords, as Django does", async () => {
  const encoded = vectorsOf("scrypt").find(({ password }) => password === "e\u0301")?.encoded ?? "";
  expect((await quick.verify("e\u0301", encoded)).isValid).toBe(true);
  expect((await quick.verify("\u00e9", encoded)).isValid).toBe(false);
});

test("stores argon2id in Django's form, which its column holds", async () => {
  const encoded = await ours.hash("correct horse");
  const [name, variety, version, parameters, salt = "", hash = ""] = encoded.split("$");
  expect([name, variety, version, parameters]).toEqual(["argon2", "argon2id", "v=19", "m=19456,t=2,p=1"]);
  expect(Buffer.from(salt, "base64").toString("ascii")).toMatch(/^[A-Za-z0-9]{22}$/);
  expect(Buffer.from(hash, "base64")).toHaveLength(32);
  expect(encoded.length).toBeLessThanOrEqual(128);
  expect(await ours.verify("correct horse", encoded)).toEqual({ isValid: true, mustUpgrade: false });
});

test("stores pbkdf2_sha256 at the iterations of Django 5.2 for a shared database", async () => {
  const encoded = await shared.hash("correct horse");
  expect(encoded).toMatch(/^pbkdf2_sha256\$1000000\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{43}=$/);
  expect(await shared.verify("correct horse", encoded)).toEqual({ isValid: true, mustUpgrade: false });
});

test("stores other iterations for another Django", async () => {
  const encoded = await quick.hash("correct horse");
  expect(encoded).toMatch(/^pbkdf2_sha256\$100000\$/);
  expect(await quick.verify("correct horse", encoded)).toEqual({ isValid: true, mustUpgrade: false });
});

test("salts each hash anew", async () => {
  const [first, second] = await Promise.all([quick.hash("correct horse"), quick.hash("correct horse")]);
  expect(first).not.toBe(second);
});

test.each([
  ["an empty password", "", "empty"],
  ["one byte too many", "a".repeat(maxPasswordBytes + 1), "4096 bytes"],
  ["two-byte letters beyond the limit", "ü".repeat(maxPasswordBytes / 2 + 1), "4096 bytes"],
  ["a lone surrogate", "a\ud800b", "UTF-8"],
])("refuses to hash %s and verifies it false without hashing", async (_, password, message) => {
  await expect(ours.hash(password)).rejects.toThrow(ValidationError);
  await expect(ours.hash(password)).rejects.toThrow(message);
  const verdict = ours.verify(password, djangosArgon2);
  const nothing = ours.verifyNothing(password);
  expect(ours.load).toMatchObject({ running: 0, waiting: 0 });
  expect(await verdict).toEqual(invalid);
  expect(await nothing).toBeUndefined();
});

test.each([
  ["a NUL", "a\0b", "a"],
  ["the longest password", "ü".repeat(maxPasswordBytes / 2), "ü".repeat(maxPasswordBytes / 2 - 1)],
  ["an emoji of two surrogates", "🔑", "🔒"],
  ["spaces around it", " a ", "a"],
])("hashes and verifies %s", async (_, password, another) => {
  const encoded = await quick.hash(password);
  expect(await quick.verify(password, encoded)).toEqual({ isValid: true, mustUpgrade: false });
  expect(await quick.verify(another, encoded)).toEqual(invalid);
});

test("refuses any password for an unusable one, and calls that no problem", async () => {
  const encoded = unusablePassword();
  expect(await quick.verify("correct horse", encoded)).toEqual(invalid);
  expect(await quick.verify(encoded, encoded)).toEqual(invalid);
  expect(await quick.verify("!", "!")).toEqual(invalid);
});

test.each([
  ["", "no known algorithm"],
  ["$", "no known algorithm"],
  ["correct horse", "no known algorithm"],
  ["md5$salt$00000000000000000000000000000000", "no known algorithm"],
  ["constructor$1$2$3", "no known algorithm"],
  [`pbkdf2_sha256$1$${"s".repeat(600)}$AAAA`, "no known algorithm"],
  [`pbkdf2_sha256$5000001$salt$${"A".repeat(43)}=`, "pbkdf2_sha256: the number of iterations is out of bounds"],
  ["scrypt$2097152$salt$8$1$AAAA", "scrypt: N is out of bounds"],
  [`argon2$argon2id$v=19$m=4194304,t=1,p=1$c2VhIHNhbHQ$${"A".repeat(43)}`, "argon2: m is out of bounds"],
  ["bcrypt_sha256$$2b$15$abcdefghijklmnopqrstuuPp7HPfoAs8I2dCQCQ/fW7zEJv8I8C8e", "bcrypt_sha256: the cost is out"],
])("answers false, and says why, for the stored string %j", async (encoded, problem) => {
  const verdict = await quick.verify("correct horse", encoded);
  expect(verdict).toEqual({ ...invalid, problem: expect.stringContaining(problem) });
});

test("quotes nothing of a stored string, which may be a password in plain text", async () => {
  const planted = ["hunter2", "hunter2$hunter2", "pbkdf2_sha256$hunter2$hunter2$hunter2", "argon2$hunter2"];
  const problems = await Promise.all(planted.map(async (encoded) => (await quick.verify("x", encoded)).problem));
  expect(problems.filter((problem) => problem === undefined || problem.includes("hunter2"))).toEqual([]);
});

test("works as long for an unknown user, an unusable and an unreadable password as for a wrong one", async () => {
  const hasher = createPasswordHasher({ algorithm: "pbkdf2_sha256", pbkdf2Iterations: 300_000 });
  const encoded = await hasher.hash("correct horse");
  const ways = {
    wrong: () => hasher.verify("wrong", encoded),
    unknown: () => hasher.verifyNothing("wrong"),
    unusable: () => hasher.verify("wrong", unusablePassword()),
    malformed: () => hasher.verify("wrong", "malformed"),
    outOfBounds: () => hasher.verify("wrong", encoded.replace("300000", "5000001")),
    fewerIterations: () => hasher.verify("wrong", encoded.replace("300000", "1000")),
    weakArgon2: () => ours.verify("wrong", stored[3]?.encoded ?? ""),
  };
  const spentMs: Record<string, number> = {};
  for (const [name, way] of Object.entries(ways)) {
    const before = process.cpuUsage();
    await way();
    const { user, system } = process.cpuUsage(before);
    spentMs[name] = (user + system) / 1000;
  }
  // The processor's time and a wide margin: other tests run beside this one, and without the work it is under 1 ms.
  expect(Object.values(spentMs).every((ms) => ms > 8)).toBe(true);
});

test("lets no more in than may run and wait, for users who exist and users who do not alike", async () => {
  const hasher = createPasswordHasher({ maxQueued: 1, retryAfterSeconds: 7 });
  const admitted = [hasher.hash("a"), hasher.verify("a", djangosArgon2), hasher.verifyNothing("a")];
  expect(hasher.load).toMatchObject({ running: 2, waiting: 1 });
  for (const refused of [hasher.hash("a"), hasher.verify("a", "malformed"), hasher.verifyNothing("a")]) {
    const error: unknown = await refused.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ServiceUnavailable);
    expect((error as ServiceUnavailable).headers).toEqual({ "Retry-After": "7" });
  }
  await Promise.all(admitted);
  expect(hasher.load).toMatchObject({ running: 0, waiting: 0 });
});

test.each<[string, PasswordHasherOptions]>([
  ["algorithm", { algorithm: "md5" as "argon2id" }],
  ["algorithm", { algorithm: "argon2" as "argon2id" }],
  ["concurrency", { concurrency: 0 }],
  ["concurrency", { concurrency: 1.5 }],
  ["maxQueued", { maxQueued: -1 }],
  ["maxQueued", { maxQueued: Number.NaN }],
  ["pbkdf2Iterations", { pbkdf2Iterations: 99_999 }],
  ["pbkdf2Iterations", { pbkdf2Iterations: 5_000_001 }],
  ["retryAfterSeconds", { retryAfterSeconds: 0 }],
])("refuses a wrong %s when it is created: %j", (name, options) => {
  expect(() => createPasswordHasher(options)).toThrow(ImproperlyConfigured);
  expect(() => createPasswordHasher(options)).toThrow(name);
});
