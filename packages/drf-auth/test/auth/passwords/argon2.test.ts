import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { argon2Algorithm } from "../../../src/auth/passwords/argon2.ts";
import { UnreadableHash } from "../../../src/auth/passwords/unreadable-hash.ts";
import { vectorsOf } from "./recorded.ts";

const vectors = vectorsOf("argon2");

test.each(vectors)("verifies what Django stored: $note", async ({ password, encoded }) => {
  expect(await argon2Algorithm.decode(encoded).verify(Buffer.from(password))).toBe(true);
});

test.each(vectors)("refuses another password: $note", async ({ password, encoded }) => {
  expect(await argon2Algorithm.decode(encoded).verify(Buffer.from(`${password} `))).toBe(false);
});

test("was recorded for each variety", () => {
  const varieties = new Set(vectors.map(({ encoded }) => encoded.split("$")[1]));
  expect([...varieties].toSorted()).toEqual(["argon2d", "argon2i", "argon2id"]);
});

test("the hasher that docs/reference/databases.md gives a Django has the parameters of what is written", async () => {
  const page = readFileSync(new URL("../../../../../docs/reference/databases.md", import.meta.url), "utf8");
  const [, memory, passes, lanes] = /memory_cost, time_cost, parallelism = (\d+), (\d+), (\d+)/.exec(page) ?? [];
  const encoded = await argon2Algorithm.encode(Buffer.from("ada-pass-123"), "a".repeat(22));
  expect(encoded).toContain(`$m=${memory},t=${passes},p=${lanes}$`);
});

const salt = "c2VhIHNhbHQ";
const hash = "A".repeat(43);

test.each([
  ["argon2$", "PHC"],
  [`argon2$argon2id$m=512,t=2,p=2$${salt}$${hash}`, "PHC"],
  [`argon2$argon2x$v=19$m=512,t=2,p=2$${salt}$${hash}`, "PHC"],
  [`argon2$argon2id$v=19$m=512,p=2,t=2$${salt}$${hash}`, "PHC"],
  [`argon2$argon2id$v=19$m=512,t=2,p=2$${salt}$${hash}$`, "PHC"],
  [`argon2$argon2id$v=16$m=512,t=2,p=2$${salt}$${hash}`, "version"],
  [`argon2$argon2id$v=19$m=0512,t=2,p=2$${salt}$${hash}`, "m is not"],
  [`argon2$argon2id$v=19$m=4194304,t=1,p=1$${salt}$${hash}`, "m is out"],
  [`argon2$argon2id$v=19$m=${"9".repeat(400)},t=1,p=1$${salt}$${hash}`, "m is not"],
  [`argon2$argon2id$v=19$m=15,t=2,p=2$${salt}$${hash}`, "m is out"],
  [`argon2$argon2id$v=19$m=131072,t=9,p=1$${salt}$${hash}`, "m·t is out"],
  [`argon2$argon2id$v=19$m=512,t=65,p=2$${salt}$${hash}`, "t is out"],
  [`argon2$argon2id$v=19$m=512,t=0,p=2$${salt}$${hash}`, "t is out"],
  [`argon2$argon2id$v=19$m=512,t=2,p=17$${salt}$${hash}`, "p is out"],
  [`argon2$argon2id$v=19$m=512,t=2,p=0$${salt}$${hash}`, "p is out"],
  [`argon2$argon2id$v=19$m=512,t=2,p=2$$${hash}`, "salt"],
  [`argon2$argon2id$v=19$m=512,t=2,p=2$c2FsdA$${hash}`, "salt"],
  [`argon2$argon2id$v=19$m=512,t=2,p=2$${salt}=$${hash}`, "salt"],
  [`argon2$argon2id$v=19$m=512,t=2,p=2$${"A".repeat(100)}$${hash}`, "salt"],
  [`argon2$argon2id$v=19$m=512,t=2,p=2$${salt}$AAAA`, "hash"],
  [`argon2$argon2id$v=19$m=512,t=2,p=2$${salt}$${"A".repeat(200)}`, "hash"],
])("refuses to read %j", (encoded, reason) => {
  expect(() => argon2Algorithm.decode(encoded)).toThrow(UnreadableHash);
  expect(() => argon2Algorithm.decode(encoded)).toThrow(reason);
});

test.each([
  `argon2$argon2id$v=19$m=131072,t=8,p=16$${salt}$${hash}`,
  `argon2$argon2id$v=19$m=8,t=64,p=1$${salt}$${"A".repeat(22)}`,
])("reads parameters that are just within bounds: %s", (encoded) => {
  expect(argon2Algorithm.decode(encoded)).toHaveProperty("verify");
});

test.each([
  ["today's", "argon2id", "m=19456,t=2,p=1", 30, 43, false],
  ["another variety", "argon2i", "m=19456,t=2,p=1", 30, 43, true],
  ["less memory", "argon2id", "m=19455,t=2,p=1", 30, 43, true],
  ["more memory, which costs each login more", "argon2id", "m=102400,t=2,p=1", 30, 43, true],
  ["more passes", "argon2id", "m=19456,t=3,p=1", 30, 43, true],
  ["more lanes", "argon2id", "m=19456,t=2,p=8", 30, 43, true],
  ["a shorter salt", "argon2id", "m=19456,t=2,p=1", 22, 43, true],
  ["a shorter hash", "argon2id", "m=19456,t=2,p=1", 30, 22, true],
])("says whether %s must be upgraded", (_, variety, parameters, saltLength, hashLength, mustUpgrade) => {
  const encoded = `argon2$${variety}$v=19$${parameters}$${"A".repeat(saltLength)}$${"A".repeat(hashLength)}`;
  expect(argon2Algorithm.decode(encoded).mustUpgrade).toBe(mustUpgrade);
});

test("writes the salt as Django does, as the base64 of its letters and digits", async () => {
  const encoded = await argon2Algorithm.encode(Buffer.from("correct horse"), "0123456789abcdefghijkl");
  expect(encoded).toMatch(
    /^argon2\$argon2id\$v=19\$m=19456,t=2,p=1\$MDEyMzQ1Njc4OWFiY2RlZmdoaWprbA\$[A-Za-z0-9+/]{43}$/,
  );
});
