import { expect, it } from "vitest";
import { booleanField } from "../../../src/serializers/index.ts";
import { outcome } from "./valid.ts";

it.each([true, 1, "1", "t", "T", "y", "YES", "true", "True", "on"])("%j is true", async (value) => {
  expect(await outcome(booleanField(), value)).toBe(true);
});

it.each([false, 0, "0", "f", "n", "No", "false", "FALSE", "off"])("%j is false", async (value) => {
  expect(await outcome(booleanField(), value)).toBe(false);
});

it.each([2, -1, "", "x", "null", [], {}, " true "])("%j is neither", async (value) => {
  expect(await outcome(booleanField(), value)).toEqual(["Must be a valid boolean."]);
});

it.each(["null", "NULL", ""])("%j is null where null is allowed", async (value) => {
  expect(await outcome(booleanField({ allowNull: true }), value)).toBeNull();
});
