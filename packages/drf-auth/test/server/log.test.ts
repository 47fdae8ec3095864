import { expect, test } from "vitest";

import { stackOf, unbreakable } from "../../src/server/log.ts";

test("a stack goes down to the causes", () => {
  const stack = stackOf(new Error("outer", { cause: new Error("inner") }));
  expect(stack).toMatch(/^Error: outer\n.*log\.test\.ts/s);
  expect(stack).toMatch(/\nCaused by: Error: inner\n.*log\.test\.ts/s);
});

test("causes that go in a circle end", () => {
  const error = new Error("round");
  error.cause = error;
  expect(stackOf(error).split("Caused by").length).toBeLessThan(10);
});

test.each([
  ["a text", "broken", "Not an Error: broken"],
  ["nothing", undefined, "Not an Error: undefined"],
  ["null", null, "Not an Error: null"],
])("%s that was thrown is described", (_name, thrown, description) => {
  expect(stackOf(thrown)).toBe(description);
});

test("a log that throws is silent", () => {
  const log = unbreakable(() => {
    throw new Error("EPIPE");
  });
  expect(() => log({ level: "info", message: "hello" })).not.toThrow();
});
