import { expect, test } from "vitest";
import { isUsablePassword, unusablePassword } from "../../../src/auth/passwords/unusable-password.ts";

test("marks a user without a password as Django does, differently each time", () => {
  const first = unusablePassword();
  expect(first).toMatch(/^![A-Za-z0-9]{40}$/);
  expect(unusablePassword()).not.toBe(first);
});

test.each([
  ["!", false],
  [unusablePassword(), false],
  ["argon2$argon2id$…", true],
  ["malformed", true],
  ["", true],
])("says whether %j is usable as Django does", (encoded, isUsable) => {
  expect(isUsablePassword(encoded)).toBe(isUsable);
});
