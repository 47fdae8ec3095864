import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { bcryptSha256Algorithm } from "../../../src/auth/passwords/bcrypt-sha256.ts";
import { createPasswordHasher } from "../../../src/auth/passwords/password-hasher.ts";
import { vectorsOf } from "./recorded.ts";

const packageName: string = "bcryptjs";
const isInstalled = await import(packageName).then(
  () => true,
  () => false,
);

const vectors = vectorsOf("bcrypt_sha256");
const hasher = createPasswordHasher();

/** Answers as bcrypt for the recorded hashes alone: for each its password's digest, and the salt it was made with. */
const recordedBcrypt = {
  async hash(secret: string, salt: string): Promise<string> {
    const made = vectors.find(({ encoded }) => encoded.startsWith(`bcrypt_sha256$${salt}`));
    const digest = createHash("sha256")
      .update(made?.password ?? "")
      .digest("hex");
    return digest === secret && made ? made.encoded.slice("bcrypt_sha256$".length) : salt + ".".repeat(31);
  },
};

test.each(vectors)("gives bcrypt the digest and the salt of what Django stored: $note", async (vector) => {
  const stored = bcryptSha256Algorithm(async () => recordedBcrypt).decode(vector.encoded);
  expect(await stored.verify(Buffer.from(vector.password))).toBe(true);
  expect(await stored.verify(Buffer.from(`${vector.password} `))).toBe(false);
});

test("refuses what is no bcrypt string before it loads anything", () => {
  const algorithm = bcryptSha256Algorithm(() => Promise.reject(new Error("loaded")));
  expect(() => algorithm.decode("bcrypt_sha256$$2b$12$short")).toThrow("no bcrypt string");
});

test.skipIf(!isInstalled)("verifies what Django stored with bcryptjs", async () => {
  for (const { password, encoded } of vectors) {
    expect(await hasher.verify(password, encoded)).toEqual({ isValid: true, mustUpgrade: true });
    expect(await hasher.verify(`${password} `, encoded)).toEqual({ isValid: false, mustUpgrade: false });
  }
});

test.skipIf(isInstalled)("answers false, and says what to install, where bcryptjs is missing", async () => {
  const [{ password, encoded }] = vectors;
  const verdict = await hasher.verify(password, encoded);
  expect(verdict).toMatchObject({ isValid: false, mustUpgrade: false });
  expect(verdict.problem).toContain("npm install bcryptjs");
});
