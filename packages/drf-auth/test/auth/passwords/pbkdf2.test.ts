import { expect, test } from "vitest";
import { pbkdf2Algorithm } from "../../../src/auth/passwords/pbkdf2.ts";
import { UnreadableHash } from "../../../src/auth/passwords/unreadable-hash.ts";
import { vectorsOf } from "./recorded.ts";

const sha256 = pbkdf2Algorithm({ prefix: "pbkdf2_sha256", digest: "sha256", digestBytes: 32, iterations: 20_000 });
const sha1 = pbkdf2Algorithm({ prefix: "pbkdf2_sha1", digest: "sha1", digestBytes: 20, iterations: 20_000 });
const vectors = [sha256, sha1].flatMap((algorithm) =>
  vectorsOf(algorithm.prefix).map((vector) => ({ algorithm, ...vector })),
);

test.each(vectors)("verifies what Django stored: $note", async ({ algorithm, password, encoded }) => {
  expect(await algorithm.decode(encoded).verify(Buffer.from(password))).toBe(true);
});

test.each(vectors)("refuses another password: $note", async ({ algorithm, password, encoded }) => {
  expect(await algorithm.decode(encoded).verify(Buffer.from(`${password} `))).toBe(false);
});

test.each(vectors)("asks for an upgrade where Django would: $note", ({ algorithm, note, encoded }) => {
  const isToday = note.includes("20,000 iterations");
  expect(algorithm.decode(encoded).mustUpgrade).toBe(!isToday);
});

const hash = `${"A".repeat(43)}=`;

test.each([
  ["pbkdf2_sha256", "four parts"],
  [`pbkdf2_sha256$1000$salt$${hash}$`, "four parts"],
  [`pbkdf2_sha256$$salt$${hash}`, "iterations"],
  [`pbkdf2_sha256$0$salt$${hash}`, "iterations"],
  [`pbkdf2_sha256$-1$salt$${hash}`, "iterations"],
  [`pbkdf2_sha256$1e3$salt$${hash}`, "iterations"],
  [`pbkdf2_sha256$01000$salt$${hash}`, "iterations"],
  [`pbkdf2_sha256$5000001$salt$${hash}`, "iterations"],
  [`pbkdf2_sha256$${"9".repeat(400)}$salt$${hash}`, "iterations"],
  [`pbkdf2_sha256$1000$$${hash}`, "salt"],
  [`pbkdf2_sha256$1000$${"s".repeat(129)}$${hash}`, "salt"],
  [`pbkdf2_sha256$1000$${"盐".repeat(43)}$${hash}`, "salt"],
  ["pbkdf2_sha256$1000$salt$", "hash"],
  [`pbkdf2_sha256$1000$salt$${"A".repeat(40)}`, "hash"],
  [`pbkdf2_sha256$1000$salt$${"A".repeat(43)}`, "hash"],
  [`pbkdf2_sha256$1000$salt$${"A".repeat(42)}B=`, "hash"],
  [`pbkdf2_sha256$1000$salt$${hash}\n`, "hash"],
])("refuses to read %j", (encoded, reason) => {
  expect(() => sha256.decode(encoded)).toThrow(UnreadableHash);
  expect(() => sha256.decode(encoded)).toThrow(reason);
});

test("refuses a hash of another digest's length", () => {
  expect(() => sha1.decode(`pbkdf2_sha1$1000$salt$${hash}`)).toThrow("hash");
});

test("reads parameters that are just within bounds", () => {
  expect(sha256.decode(`pbkdf2_sha256$5000000$${"s".repeat(128)}$${hash}`).mustUpgrade).toBe(true);
  expect(sha256.decode(`pbkdf2_sha256$1$s$${hash}`).mustUpgrade).toBe(true);
});

test("writes what it reads", async () => {
  const encoded = await sha256.encode(Buffer.from("correct horse"), "0123456789abcdefghijkl");
  expect(encoded).toMatch(/^pbkdf2_sha256\$20000\$0123456789abcdefghijkl\$[A-Za-z0-9+/]{43}=$/);
  const stored = sha256.decode(encoded);
  expect(stored.mustUpgrade).toBe(false);
  expect(await stored.verify(Buffer.from("correct horse"))).toBe(true);
});
