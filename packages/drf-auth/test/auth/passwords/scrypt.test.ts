import { expect, test } from "vitest";
import { scryptAlgorithm } from "../../../src/auth/passwords/scrypt.ts";
import { UnreadableHash } from "../../../src/auth/passwords/unreadable-hash.ts";
import { vectorsOf } from "./recorded.ts";

const vectors = vectorsOf("scrypt");

test.each(vectors)("verifies what Django stored: $note", async ({ password, encoded }) => {
  expect(await scryptAlgorithm.decode(encoded).verify(Buffer.from(password))).toBe(true);
});

test.each(vectors)("refuses another password: $note", async ({ password, encoded }) => {
  expect(await scryptAlgorithm.decode(encoded).verify(Buffer.from(`${password} `))).toBe(false);
});

const hash = `${"A".repeat(86)}==`;

test.each([
  [`scrypt$16384$salt$8$${hash}`, "six parts"],
  [`scrypt$16384$salt$8$5$${hash}$`, "six parts"],
  [`scrypt$$salt$8$5$${hash}`, "N is not"],
  [`scrypt$16383$salt$8$5$${hash}`, "power of two"],
  [`scrypt$1$salt$8$5$${hash}`, "N is out"],
  [`scrypt$2097152$salt$1$1$${hash}`, "N is out"],
  [`scrypt$4294967296$salt$8$1$${hash}`, "N is out"],
  [`scrypt$262144$salt$8$1$${hash}`, "N·r is out"],
  [`scrypt$32768$salt$32$4$${hash}`, "N·r·p is out"],
  [`scrypt$1024$salt$33$1$${hash}`, "r is out"],
  [`scrypt$1024$salt$0$1$${hash}`, "r is out"],
  [`scrypt$1024$salt$8$17$${hash}`, "p is out"],
  [`scrypt$1024$salt$8$0$${hash}`, "p is out"],
  [`scrypt$65536$salt$1$1$${hash}`, "too large for r"],
  [`scrypt$1024$$8$1$${hash}`, "salt"],
  [`scrypt$1024$salt$8$1$${"A".repeat(43)}=`, "hash"],
])("refuses to read %j", (encoded, reason) => {
  expect(() => scryptAlgorithm.decode(encoded)).toThrow(UnreadableHash);
  expect(() => scryptAlgorithm.decode(encoded)).toThrow(reason);
});

test.each([`scrypt$131072$salt$8$1$${hash}`, `scrypt$32768$salt$32$2$${hash}`])(
  "reads parameters that are just within bounds: %s",
  (encoded) => {
    expect(scryptAlgorithm.decode(encoded)).toHaveProperty("verify");
  },
);

test.each([`scrypt$2$salt$1$1$${hash}`, `scrypt$32768$salt$16$1$${hash}`])(
  "computes %s, whatever memory Node allows unasked",
  async (encoded) => {
    expect(await scryptAlgorithm.decode(encoded).verify(Buffer.from("correct horse"))).toBe(false);
  },
);
