import { describe, expect, it } from "vitest";
import { parseWholeNumber, wholeNumberDigits } from "../../src/http/index.ts";

describe("a whole number, as Python's int() reads it", () => {
  it.each([
    ["1", 1],
    ["01", 1],
    ["+1", 1],
    ["-1", -1],
    ["-0", -0],
    ["1_0", 10],
    [" 1\n", 1],
    ["\u00a01\u2003", 1],
    ["\u00851", 1],
    ["١٢", 12],
    ["２", 2],
    ["𝟗𝟎", 90],
    ["-٣", -3],
  ])("%j is %d", (text, value) => expect(parseWholeNumber(text)).toBe(value));

  it.each([
    "",
    " ",
    "x",
    "1.0",
    "1e3",
    "0x1",
    "1__0",
    "_1",
    "1_",
    "+ 1",
    "--1",
    "²",
    "½",
    "\ufeff1",
    "\x1c1",
    "1\0",
    "1 2",
    "1,0",
  ])("%j is none", (text) => expect(parseWholeNumber(text)).toBeUndefined());

  it("keeps every digit of a large one", () => {
    expect(wholeNumberDigits(" -99_999999999999999999 ")).toBe("-99999999999999999999");
    expect(parseWholeNumber("9".repeat(400))).toBe(Infinity);
  });
});
