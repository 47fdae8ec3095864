import { expect, test } from "vitest";
import { nextWithin } from "../../src/accounts/next-within.ts";

const request = { origin: "http://testserver", path: "/api-auth/login/" };

test.each([
  ["a/", "/api-auth/login/a/"],
  ["..", "/api-auth/"],
  ["?x=1", "/api-auth/login/?x=1"],
  ["#f", "/api-auth/login/#f"],
  ["../../../a", "/a"],
])("the relative target %j is relative to the page that it was sent to: %s", (next, target) => {
  expect(nextWithin(next, request)).toBe(target);
});

test.each(["a", "?x", "..", "/.//evil.test", ".//evil.test"])(
  "%j stays on this site whatever address it was sent to",
  (next) => {
    for (const path of ["//evil.test/", "/\\evil.test/", "///evil.test", "/@evil.test", "/http://evil.test/"]) {
      const target = nextWithin(next, { ...request, path }) ?? "/";
      expect(new URL(target, request.origin).origin, `${path} ${target}`).toBe(request.origin);
    }
  },
);
