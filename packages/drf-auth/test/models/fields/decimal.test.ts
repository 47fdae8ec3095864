import { describe, expect, it } from "vitest";
import { exactDecimal } from "../../../src/models/fields/decimal.ts";

describe("the text of a number with so many digits after its point", () => {
  it.each([
    [0, 2, "0.00"],
    [12.5, 2, "12.50"],
    [0.05, 2, "0.05"],
    [0.1 + 0.2, 1, undefined],
    [1.005, 3, "1.005"],
    [1.005, 2, undefined],
    [-1.5, 2, "-1.50"],
    [-0.05, 2, "-0.05"],
    [7, 0, "7"],
    [7.5, 0, undefined],
    [999_999.99, 2, "999999.99"],
    [2 ** 50, 2, "1125899906842624.00"],
    [2 ** 53, 0, "9007199254740992"],
    [1e-7, 7, "0.0000001"],
    [1e21, 2, undefined],
  ])("of %d with %i is %s", (value, places, text) => expect(exactDecimal(value, places)).toBe(text));

  it("is what toFixed says, wherever that is the same number", () => {
    const different: unknown[] = [];
    for (let count = 0; count < 20_000; count += 1) {
      const places = count % 7;
      const value = Math.round(Math.sin(count) * 10 ** (3 + (count % 9))) / 10 ** places;
      const text = value.toFixed(places);
      if (exactDecimal(value, places) !== (Number(text) === value ? text : undefined)) different.push([value, places]);
    }
    expect(different).toEqual([]);
  });
});
