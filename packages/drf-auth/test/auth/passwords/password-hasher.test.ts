import { expect, test } from "vitest";
import { createPasswordHasher, type PasswordHasherOptions } from "../../../src/auth/passwords/password-hasher.ts";
import { maxPasswordBytes } from "../../../src/auth/passwords/password-bytes.ts";
import { unusablePassword } from "../../../src/auth/passwords/unusable-password.ts";
import { ImproperlyConfigured, ServiceUnavailable, ValidationError } from "../../../src/errors.ts";
import recorded from "./django-vectors.json" with { type: "json" };

const ours = createPasswordHasher();
const shared = createPasswordHasher({ algorithm: "pbkdf2_sha256" });
const invalid = { isValid: false, mustUpgrade: false };

const vectors = recorded.vectors.filter(({ encoded }) => !encoded.startsWith("bcrypt_sha256$"));

function vector(note: string): string {
  const found = recorded.vectors.find((candidate) => candidate.note === note);
  if (!found) throw new Error(`No vector is called "${note}".`);
  return found.encoded;
}

const django = {
  argon2: vector("argon2, as Django 5.2 writes it"),
  pbkdf2: vector("pbkdf2_sha256, as Django 5.2 writes it"),
  scrypt: vector("scrypt, as Django 5.2 writes it"),
};

test.each(vectors)("verifies what Django stored: $note, $password", async ({ password, encoded }) => {
  expect(await ours.verify(password, encoded)).toEqual({
    isValid: true,
    mustUpgrade: !encoded.startsWith("argon2$argon2id$v=19$m=19456,t=2,p=1$"),
  });
});

test.each(vectors.filter(({ note }) => !note.includes("as Django")))(
  "refuses another password: $note, $password",
  async ({ password, encoded }) => {
    expect(await ours.verify(`${password} `, encoded)).toEqual(invalid);
  },
);

test.each(Object.entries(django))("refuses another password for Django's own %s parameters", async (_, encoded) => {
  expect(await ours.verify("Correct horse", encoded)).toEqual(invalid);
});

test("takes two ways of writing one letter for two passwords, as Django does", async () => {
  const { encoded } = vectors.find(({ password }) => password === "e\u0301") ?? { encoded: "" };
  expect((await ours.verify("e\u0301", encoded)).isValid).toBe(true);
  expect((await ours.verify("\u00e9", encoded)).isValid).toBe(false);
});

test("stores argon2id with a salt that Django's decoder gives back as letters and digits", async () => {
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
  expect(await ours.verify("correct horse", encoded)).toEqual({ isValid: true, mustUpgrade: true });
});

test.each(vectors.filter(({ note }) => !note.startsWith("pbkdf2_sha1, as") && !note.startsWith("pbkdf2_sha256, as")))(
  "rewrites nothing in a shared database: $note, $password",
  async ({ password, encoded }) => {
    expect(await shared.verify(password, encoded)).toEqual({ isValid: true, mustUpgrade: false });
  },
);

test("salts each hash anew", async () => {
  const [first, second] = await Promise.all([ours.hash("correct horse"), ours.hash("correct horse")]);
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
  const verdict = ours.verify(password, django.argon2);
  const nothing = ours.verifyNothing(password);
  expect(ours.load).toMatchObject({ running: 0, waiting: 0 });
  expect(await verdict).toEqual(invalid);
  expect(await nothing).toBeUndefined();
});

test.each([
  ["a NUL", "a\0b"],
  ["the longest", "ü".repeat(maxPasswordBytes / 2)],
  ["an emoji of two surrogates", "🔑"],
])("hashes and verifies %s", async (_, password) => {
  const encoded = await ours.hash(password);
  expect(await ours.verify(password, encoded)).toEqual({ isValid: true, mustUpgrade: false });
  expect(await ours.verify(password.slice(0, -1) || "x", encoded)).toEqual(invalid);
});

test("refuses any password for an unusable one and calls that no problem", async () => {
  const encoded = unusablePassword();
  expect(await ours.verify("correct horse", encoded)).toEqual(invalid);
  expect(await ours.verify(encoded, encoded)).toEqual(invalid);
  expect(await ours.verify("!", "!")).toEqual(invalid);
});

const salt = "c2VhIHNhbHQ";
const tag = "A".repeat(43);
const sha256 = `${"A".repeat(43)}=`;
const sha512 = `${"A".repeat(86)}==`;

test.each([
  ["", "no known algorithm"],
  ["$", "no known algorithm"],
  ["correct horse", "no known algorithm"],
  ["md5$salt$00000000000000000000000000000000", "no known algorithm"],
  ["constructor$1$2$3", "no known algorithm"],
  [`pbkdf2_sha256$1$${"s".repeat(600)}$${sha256}`, "no known algorithm"],
  ["pbkdf2_sha256", "four parts"],
  [`pbkdf2_sha256$1000$salt$${sha256}$`, "four parts"],
  [`pbkdf2_sha256$0$salt$${sha256}`, "iterations"],
  [`pbkdf2_sha256$-1$salt$${sha256}`, "iterations"],
  [`pbkdf2_sha256$1e3$salt$${sha256}`, "iterations"],
  [`pbkdf2_sha256$01000$salt$${sha256}`, "iterations"],
  [`pbkdf2_sha256$5000001$salt$${sha256}`, "iterations"],
  [`pbkdf2_sha256$${"9".repeat(400)}$salt$${sha256}`, "iterations"],
  [`pbkdf2_sha256$1000$$${sha256}`, "salt"],
  [`pbkdf2_sha256$1000$${"s".repeat(129)}$${sha256}`, "salt"],
  ["pbkdf2_sha256$1000$salt$", "hash"],
  [`pbkdf2_sha256$1000$salt$${"A".repeat(40)}`, "hash"],
  [`pbkdf2_sha256$1000$salt$${"A".repeat(43)}`, "hash"],
  [`pbkdf2_sha256$1000$salt$${sha256}\n`, "hash"],
  [`pbkdf2_sha1$1000$salt$${sha256}`, "hash"],
  [`scrypt$16384$salt$8$${sha512}`, "six parts"],
  [`scrypt$16383$salt$8$5$${sha512}`, "power of two"],
  [`scrypt$1$salt$8$5$${sha512}`, "N is out"],
  [`scrypt$2097152$salt$8$1$${sha512}`, "N is out"],
  [`scrypt$262144$salt$8$1$${sha512}`, "N·r"],
  [`scrypt$32768$salt$32$1$${sha512}`, null],
  [`scrypt$32768$salt$32$16$${sha512}`, "N·r·p"],
  [`scrypt$1024$salt$33$1$${sha512}`, "r is out"],
  [`scrypt$1024$salt$8$17$${sha512}`, "p is out"],
  [`scrypt$1024$salt$8$0$${sha512}`, "p is out"],
  [`scrypt$65536$salt$1$1$${sha512}`, "too large for r"],
  [`scrypt$1024$salt$8$1$${sha256}`, "hash"],
  [`argon2$argon2id$m=512,t=2,p=2$${salt}$${tag}`, "PHC"],
  [`argon2$argon2x$v=19$m=512,t=2,p=2$${salt}$${tag}`, "PHC"],
  [`argon2$argon2id$v=19$m=512,p=2,t=2$${salt}$${tag}`, "PHC"],
  [`argon2$argon2id$v=16$m=512,t=2,p=2$${salt}$${tag}`, "version"],
  [`argon2$argon2id$v=19$m=4194304,t=1,p=1$${salt}$${tag}`, "m is out"],
  [`argon2$argon2id$v=19$m=15,t=2,p=2$${salt}$${tag}`, "m is out"],
  [`argon2$argon2id$v=19$m=131072,t=9,p=1$${salt}$${tag}`, "m·t"],
  [`argon2$argon2id$v=19$m=512,t=65,p=2$${salt}$${tag}`, "t is out"],
  [`argon2$argon2id$v=19$m=512,t=0,p=2$${salt}$${tag}`, "t is out"],
  [`argon2$argon2id$v=19$m=512,t=2,p=17$${salt}$${tag}`, "p is out"],
  [`argon2$argon2id$v=19$m=512,t=2,p=0$${salt}$${tag}`, "p is out"],
  [`argon2$argon2id$v=19$m=512,t=2,p=2$c2FsdA$${tag}`, "salt"],
  [`argon2$argon2id$v=19$m=512,t=2,p=2$${salt}=$${tag}`, "salt"],
  [`argon2$argon2id$v=19$m=512,t=2,p=2$${salt}$AAAA`, "hash"],
  [`argon2$argon2id$v=19$m=512,t=2,p=2$${salt}$${"A".repeat(200)}`, "hash"],
  ["bcrypt_sha256$$2b$15$abcdefghijklmnopqrstuuPp7HPfoAs8I2dCQCQ/fW7zEJv8I8C8e", "cost"],
  ["bcrypt_sha256$$2b$03$abcdefghijklmnopqrstuuPp7HPfoAs8I2dCQCQ/fW7zEJv8I8C8e", "cost"],
  ["bcrypt_sha256$$2b$04$abc", "bcrypt string"],
])("answers false, and says why, for the stored string %s", async (encoded, problem) => {
  const verdict = await ours.verify("correct horse", encoded);
  expect(verdict).toMatchObject(invalid);
  if (problem === null) expect(verdict.problem).toBeUndefined();
  else expect(verdict.problem).toContain(problem);
});

test("quotes nothing of a stored string, which may be a password in plain text", async () => {
  const stored = ["hunter2", "hunter2$hunter2", "pbkdf2_sha256$hunter2$hunter2$hunter2", "argon2$hunter2"];
  const problems = await Promise.all(stored.map(async (encoded) => (await ours.verify("x", encoded)).problem));
  expect(problems.filter((problem) => problem === undefined || problem.includes("hunter2"))).toEqual([]);
});

test("works as long for an unknown user, an unusable and an unreadable password as for a wrong one", async () => {
  const stored = await shared.hash("correct horse");
  const ways = {
    wrong: () => shared.verify("wrong", stored),
    unknown: () => shared.verifyNothing("wrong"),
    unusable: () => shared.verify("wrong", unusablePassword()),
    malformed: () => shared.verify("wrong", "malformed"),
    outOfBounds: () => shared.verify("wrong", `pbkdf2_sha256$5000001$salt$${sha256}`),
    fewerIterations: () => shared.verify("wrong", vector("pbkdf2_sha256, a salt beyond ASCII")),
  };
  const cpuMs: Record<string, number> = {};
  for (const [name, way] of Object.entries(ways)) {
    const before = process.cpuUsage();
    await way();
    const { user, system } = process.cpuUsage(before);
    cpuMs[name] = (user + system) / 1000;
  }
  // Time of the processor and not of the clock, and a wide margin: other tests run beside this one.
  const least = (cpuMs["wrong"] ?? 0) / 3;
  expect(least).toBeGreaterThan(5);
  expect(Object.entries(cpuMs).filter(([, ms]) => ms < least)).toEqual([]);
});

test("lets no more through than run and wait, for users who exist and users who do not alike", async () => {
  const hasher = createPasswordHasher({ maxQueued: 1, retryAfterSeconds: 7 });
  const admitted = [hasher.hash("a"), hasher.verify("a", django.argon2), hasher.verifyNothing("a")];
  expect(hasher.load).toMatchObject({ running: 2, waiting: 1 });
  for (const refused of [hasher.hash("a"), hasher.verify("a", "malformed"), hasher.verifyNothing("a")]) {
    const error: unknown = await refused.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ServiceUnavailable);
    expect((error as ServiceUnavailable).headers).toEqual({ "Retry-After": "7" });
  }
  await Promise.all(admitted);
  expect(hasher.load).toMatchObject({ running: 0, waiting: 0 });
  expect(await hasher.verify("a", await hasher.hash("a"))).toEqual({ isValid: true, mustUpgrade: false });
});

test.each<[string, PasswordHasherOptions]>([
  ["algorithm", { algorithm: "md5" as "argon2id" }],
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

test("writes other iterations for another Django", async () => {
  const hasher = createPasswordHasher({ algorithm: "pbkdf2_sha256", pbkdf2Iterations: 120_000 });
  const encoded = await hasher.hash("correct horse");
  expect(encoded).toMatch(/^pbkdf2_sha256\$120000\$/);
  expect(await hasher.verify("correct horse", encoded)).toEqual({ isValid: true, mustUpgrade: false });
});
