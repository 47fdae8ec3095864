import { describe, expect, test } from "vitest";
import { decimalText, wholePart } from "../../../src/views/filters/decimal.ts";

describe("wholePart", () => {
  test.each<[string, number | bigint]>([
    ["5", 5],
    [" +5 ", 5],
    ["-5.9", -5],
    ["5.99999999999999999999", 5],
    [".9", 0],
    ["-.9", 0],
    ["5.", 5],
    ["1_000", 1000],
    ["0009", 9],
    ["1.5e1", 15],
    ["5e-1", 0],
    ["9007199254740993", 9_007_199_254_740_993n],
    ["-9007199254740993.7", -9_007_199_254_740_993n],
    ["9223372036854775808", 2 ** 63],
    ["1e50", 1e50],
    ["-1e400", -Number.MAX_VALUE],
  ])("reads %j", (text, value) => {
    expect(wholePart(text)).toBe(value);
  });

  test.each(["x", "", ".", "-", "1e", "e5", "0x5", "NaN", "Infinity", "1 2", "5,5"])(
    "knows no number in %j",
    (text) => {
      expect(() => wholePart(text)).toThrow("Enter a number.");
    },
  );

  test.each(["1e51", "9".repeat(5000), "1e999999"])("refuses what is too great: %.10s", (text) => {
    expect(() => wholePart(text)).toThrow("Ensure this value is less than or equal to 1e+50.");
  });
});

test("decimalText leaves the digits as they were sent", () => {
  expect([" 5.50 ", "+5", "1_0"].map(decimalText)).toEqual(["5.50", "5", "10"]);
});
