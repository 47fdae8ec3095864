import { describe, expect, it } from "vitest";
import { integerField } from "../../../src/serializers/index.ts";
import { outcome } from "./valid.ts";

describe("a whole number", () => {
  it.each([
    [1, 1],
    [-1, -1],
    [0, 0],
    [1.0, 1],
    ["1", 1],
    [" 1 ", 1],
    ["+1", 1],
    ["-1", -1],
    ["01", 1],
    ["1.0", 1],
    ["1.", 1],
    ["1.00 ", 1],
    ["1_0", 10],
    ["١", 1],
    [12345678901234567890n, 12345678901234567890n],
    ["12345678901234567890", 12345678901234567890n],
  ])("%s is taken as %s", async (value, number) => expect(await outcome(integerField(), value)).toBe(number));

  it.each([true, false, 1.5, "1.5", "1e3", "x", "", " ", [], {}, "0x1", "NaN", "--1", "1 2", Infinity])(
    "%j is refused",
    async (value) => {
      expect(await outcome(integerField(), value)).toEqual(["A valid integer is required."]);
    },
  );

  it("has at most a thousand characters", async () => {
    expect(await outcome(integerField(), "1".repeat(1001))).toEqual(["String value too large."]);
  });

  it("stays within its bounds", async () => {
    const field = integerField({ minValue: 1, maxValue: 10 });
    expect(await outcome(field, 10)).toBe(10);
    expect(await outcome(field, 11)).toEqual(["Ensure this value is less than or equal to 10."]);
    expect(await outcome(field, -12345678901234567890n)).toEqual(["Ensure this value is greater than or equal to 1."]);
  });
});
