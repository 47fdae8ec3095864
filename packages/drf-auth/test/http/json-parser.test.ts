import { describe, expect, it } from "vitest";
import { ParseError } from "../../src/errors.ts";
import { jsonParser, parseJson } from "../../src/http/index.ts";
import { parseMediaType } from "../../src/http/media-type.ts";

const parse = (body: string | Buffer, type = "application/json"): unknown => {
  const mediaType = parseMediaType(type);
  if (!mediaType) throw new TypeError(`${type} is no media type.`);
  return jsonParser.parse(Buffer.from(body), mediaType);
};

describe("JSON", () => {
  it.each([
    ["  {} ", {}],
    ["null", null],
    ["-0", -0],
    ["1.5", 1.5],
    ['"\\ud800"', "\ud800"],
    ['{"a":1,"a":2}', { a: 2 }],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["9007199254740993", 9007199254740993n],
    ["[-12345678901234567890]", [-12345678901234567890n]],
    ["1e400", Infinity],
    ["1e22", 1e22],
    ['"12345678901234567890"', "12345678901234567890"],
    [`"${"[".repeat(300)}"`, "[".repeat(300)],
    [`"\\"${"[".repeat(300)}"`, `"${"[".repeat(300)}`],
    [`${"[".repeat(100)}${"]".repeat(100)}`, JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`)],
  ])("%s is read", (text, value) => expect(parseJson(text)).toEqual(value));

  it("takes __proto__ for a key like any other", () => {
    const data = parseJson('{"__proto__":{"isAdmin":true},"n":9007199254740993}') as Record<string, unknown>;
    expect(Object.keys(data)).toEqual(["__proto__", "n"]);
    expect(data["isAdmin"]).toBeUndefined();
  });

  it.each([
    "",
    "{",
    "}",
    "[1,]",
    '{"a":1,}',
    "{a:1}",
    "{'a':1}",
    "NaN",
    "[NaN]",
    "Infinity",
    "-Infinity",
    "01",
    "1.",
    ".5",
    "+1",
    "0x10",
    '"\t"',
    '"a',
    "{} {}",
    "\u00a0{}",
    "\ufeff{}",
    "//c\n{}",
    "\0",
    '"\\x"',
    "tru",
    "True",
    "undefined",
    "1_000",
    `${"[".repeat(101)}${"]".repeat(101)}`,
    '{"a":'.repeat(100_000),
    "1".repeat(4301),
    `-${"1".repeat(4301)}`,
  ])("%.20j is refused with a parse error", (text) => {
    expect(() => parseJson(text)).toThrow(ParseError);
    expect(() => parseJson(text)).toThrow(/^JSON parse error - /);
  });

  it("counts the digits of an integer without its sign", () => {
    expect(parseJson("1".repeat(4300))).toBe(BigInt("1".repeat(4300)));
    expect(parseJson(`-${"1".repeat(4300)}`)).toBe(-BigInt("1".repeat(4300)));
  });

  it.each([
    ["utf-8", Buffer.from('"é"')],
    ['"UTF_8"', Buffer.from('"é"')],
    ["no-such-charset", Buffer.from('"é"')],
    ["latin-1", Buffer.from('"é"', "latin1")],
    ["ISO_8859-1", Buffer.from('"é"', "latin1")],
    ["cp1252", Buffer.from('"é"', "latin1")],
    ["utf-8-sig", Buffer.from('\ufeff"é"')],
    ["utf-16", Buffer.from('\ufeff"é"', "utf16le")],
    ["utf-16", Buffer.from('\ufeff"é"', "utf16le").swap16()],
    ["utf-16le", Buffer.from('"é"', "utf16le")],
  ])("is decoded by charset=%s", (charset, body) =>
    expect(parse(body, `application/json; charset=${charset}`)).toBe("é"),
  );

  it("keeps bytes 128 to 159 of Latin-1 as they are", () => {
    expect(parse(Buffer.from([0x22, 0x80, 0x22]), "application/json; charset=latin1")).toBe("\u0080");
  });

  it.each([
    ["utf-8", Buffer.from([0x22, 0xff, 0x22])],
    ["utf-8", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["utf-8", Buffer.from([0x22, 0xc0, 0x80, 0x22])],
    ["utf-8", Buffer.from('\ufeff"é"')],
    ["ascii", Buffer.from('"é"')],
    ["utf-16", Buffer.from('"é"', "utf16le")],
    ["utf-16le", Buffer.from([0x22])],
  ])("bytes that are not of charset=%s are refused", (charset, body) => {
    expect(() => parse(body, `application/json; charset=${charset}`)).toThrow(/^JSON parse error - /);
  });

  it.each([
    "zlib",
    "bz2",
    "base64",
    "hex",
    "rot13",
    "undefined",
    "utf-7",
    "UTF_32",
    "idna",
    "punycode",
    "unicode_escape",
  ])("charset=%s is refused rather than guessed", (charset) => {
    expect(() => parse("{}", `application/json; charset=${charset}`)).toThrow(
      `Unsupported charset "${charset}" in request Content-Type header.`,
    );
  });
});
