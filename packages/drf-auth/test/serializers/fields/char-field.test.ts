import { describe, expect, it } from "vitest";
import { charField, emailField } from "../../../src/serializers/index.ts";
import { outcome } from "./valid.ts";

describe("text", () => {
  it.each([
    ["x", "x"],
    ["  x\t\n", "x"],
    ["\u00a0\u2003x\u3000", "x"],
    ["\u0085x\u001c", "x"],
    ["\u200bx\ufeff", "\u200bx\ufeff"],
    [1, "1"],
    [-0, "0"],
    [1.5, "1.5"],
    [1e22, "1e+22"],
    [1e-7, "1e-07"],
    [0.0001, "0.0001"],
    [12345678901234567890n, "12345678901234567890"],
    [Infinity, "inf"],
    ["😀", "😀"],
  ])("%s is taken as %s", async (value, text) => expect(await outcome(charField(), value)).toBe(text));

  it.each([
    [true, "Not a valid string."],
    [[], "Not a valid string."],
    [{}, "Not a valid string."],
    [null, "This field may not be null."],
    ["", "This field may not be blank."],
    [" \u2003\n", "This field may not be blank."],
    ["a\0", "Null characters are not allowed."],
    ["\ud800", "Surrogate characters are not allowed: U+D800."],
    ["x\udfffy", "Surrogate characters are not allowed: U+DFFF."],
  ])("%j is refused: %s", async (value, message) => expect(await outcome(charField(), value)).toEqual([message]));

  it.each([
    ["x".repeat(5), true],
    ["x".repeat(6), false],
    ["😀".repeat(5), true],
    ["😀".repeat(6), false],
    [`  ${"x".repeat(5)}  `, true],
  ])("%j has at most five characters: %s", async (value, isValid) => {
    const expected = isValid ? value.trim() : ["Ensure this field has no more than 5 characters."];
    expect(await outcome(charField({ maxLength: 5 }), value)).toEqual(expected);
  });

  it("tells all that is wrong, in DRF's order", async () => {
    expect(await outcome(charField({ maxLength: 2 }), "abc\0\ud800")).toEqual([
      "Ensure this field has no more than 2 characters.",
      "Null characters are not allowed.",
      "Surrogate characters are not allowed: U+D800.",
    ]);
    expect(await outcome(charField({ minLength: 3 }), "😀😀")).toEqual([
      "Ensure this field has at least 3 characters.",
    ]);
  });

  it("may be blank, null or keep its spaces where it says so", async () => {
    expect(await outcome(charField({ allowBlank: true, minLength: 3 }), "  ")).toBe("");
    expect(await outcome(charField({ allowNull: true }), null)).toBeNull();
    expect(await outcome(charField({ trim: false }), " x ")).toBe(" x ");
  });

  it.each(["a@example.com", "a.b+c@sub.example.com", "a@localhost", "A_%b@EXAMPLE.CO"])(
    "%s is an address",
    async (value) => {
      expect(await outcome(emailField(), value)).toBe(value);
    },
  );

  it.each([
    "a",
    "a@",
    "@b.com",
    "a@b",
    "a b@example.com",
    "a@-example.com",
    "a@example.com\nx",
    "a..b@example.com",
    `a@${"x".repeat(64)}.com`,
    `${"a".repeat(320)}@example.com`,
  ])("%.30j is no address", async (value) =>
    expect(await outcome(emailField(), value)).toEqual(["Enter a valid email address."]),
  );
});
