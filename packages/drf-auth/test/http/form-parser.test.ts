import { describe, expect, it } from "vitest";
import { ParseError } from "../../src/errors.ts";
import { type Form, formParser } from "../../src/http/index.ts";
import { parseMediaType } from "../../src/http/media-type.ts";

const parse = (body: string | Buffer, parameters = ""): Form => {
  const mediaType = parseMediaType(`application/x-www-form-urlencoded${parameters}`);
  if (!mediaType) throw new TypeError("The media type is none.");
  return formParser.parse(Buffer.from(body), mediaType) as Form;
};
const pairs = (form: Form) => form.names().flatMap((name) => form.getAll(name).map((value) => [name, value]));

describe("a form", () => {
  it.each([
    [
      "a=1&b=2",
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    [
      "a=1&a=2",
      [
        ["a", "1"],
        ["a", "2"],
      ],
    ],
    [
      "a=&b",
      [
        ["a", ""],
        ["b", ""],
      ],
    ],
    ["&&a=1&", [["a", "1"]]],
    ["a=b=c", [["a", "b=c"]]],
    ["=x", [["", "x"]]],
    ["a=+b%20c%2B", [["a", " b c+"]]],
    ["a=%C3%A9%00", [["a", "é\0"]]],
    ["a=%zz%", [["a", "%zz%"]]],
    ["a=%FF", [["a", "\ufffd"]]],
    ["a=1;b=2", [["a", "1;b=2"]]],
    ["__proto__=1", [["__proto__", "1"]]],
  ])("%s is read", (body, expected) => expect(pairs(parse(body))).toEqual(expected));

  it("gives the last value of a name", () => {
    const form = parse("a=1&a=2");
    expect([form.get("a"), form.has("a"), form.has("b"), form.get("b"), form.getAll("b")]).toEqual([
      "2",
      true,
      false,
      undefined,
      [],
    ]);
  });

  it("reads bytes that are no UTF-8 as Latin-1", () => {
    expect(parse(Buffer.from("a=\xe9", "latin1")).get("a")).toBe("é");
  });

  it.each([
    ["; charset=latin-1", Buffer.from("a=%E9+\xe9&b", "latin1"), "é é"],
    ["; charset=cp1252", Buffer.from("a=%80"), "€"],
    ["; charset=ascii", Buffer.from("a=%E9"), "\ufffd"],
    ["; charset=no-such", Buffer.from("a=%C3%A9"), "é"],
  ])("decodes escapes by its charset%s", (parameters, body, value) =>
    expect(parse(body, parameters).get("a")).toBe(value),
  );

  it.each(["", "; charset=latin-1"])("has at most 1000 fields%s", (parameters) => {
    const body = Array.from({ length: 1000 }, (_, index) => `f${index}=1`).join("&");
    expect(parse(body, parameters).names()).toHaveLength(1000);
    expect(() => parse(`${body}&more=1`, parameters)).toThrow(ParseError);
  });
});
