import { describe, expect, it } from "vitest";
import { ContentTooLarge, ParseError } from "../../src/errors.ts";
import { type Form, multipartParserOf } from "../../src/http/index.ts";
import { parseMediaType } from "../../src/http/media-type.ts";

const multipartParser = multipartParserOf({ maxFieldsBytes: 2_621_440, maxUploadBytes: 10_485_760 });

const parse = async (body: string, type = "multipart/form-data; boundary=XX"): Promise<Form> => {
  const mediaType = parseMediaType(type);
  if (!mediaType) throw new TypeError(`${type} is no media type.`);
  return (await multipartParser.parse(Buffer.from(body), mediaType)) as Form;
};
const part = (headers: string, value: string) => `--XX\r\n${headers}\r\n\r\n${value}\r\n`;
const named = (name: string, more = "") => `Content-Disposition: form-data; name="${name}"${more}`;
const end = "--XX--\r\n";

describe("a multipart form", () => {
  it.each([
    ["text", part(named("text"), " é "), " é "],
    ["an empty text", part(named("text"), ""), ""],
    ["the last of two", part(named("text"), "1") + part(named("text"), "2"), "2"],
    ["small letters in the header", part('content-disposition: form-data; name="text"', "x"), "x"],
    ["text of a type", part(`${named("text")}\r\nContent-Type: application/json`, "{}"), "{}"],
    ["bytes without a filename", part(`${named("text")}\r\nContent-Type: application/octet-stream`, "x"), "x"],
    ["a file that was not chosen", part(named("text", '; filename=""'), ""), ""],
    ["what stands before the first part", `before\r\n${part(named("text"), "x")}`, "x"],
  ])("holds %s", async (_what, body, value) => expect((await parse(body + end)).get("text")).toBe(value));

  it("holds files with their names, types and bytes", async () => {
    const form = await parse(part(`${named("f", '; filename="a.txt"')}\r\nContent-Type: text/plain`, "hello") + end);
    expect(form.get("f")).toEqual({ filename: "a.txt", mediaType: "text/plain", bytes: Buffer.from("hello") });
  });

  it.each(["multipart/form-data", "multipart/form-data; boundary="])(
    "without a boundary is refused: %s",
    async (type) => {
      await expect(async () => parse(end, type)).rejects.toThrow(
        "Multipart form parse error - Invalid boundary in multipart: None",
      );
    },
  );

  it.each([
    ["is cut off", part(named("text"), "x")],
    ["is no multipart at all", "rubbish"],
    ["has another boundary", `--YY\r\n${named("text")}\r\n\r\nx\r\n--YY--\r\n`],
    ["has 1001 fields", Array.from({ length: 1001 }, (_, index) => part(named(`f${index}`), "v")).join("") + end],
    [
      "has 101 files",
      Array.from({ length: 101 }, (_, index) => part(named(`f${index}`, '; filename="x"'), "v")).join("") + end,
    ],
  ])("that %s is refused", async (_what, body) => {
    await expect(async () => parse(body)).rejects.toThrow(/^Multipart form parse error - /);
    await expect(async () => parse(body)).rejects.toThrow(ParseError);
  });

  describe("with fields of 100 bytes and files of 1000", () => {
    const parser = multipartParserOf({ maxFieldsBytes: 100, maxUploadBytes: 1000 });
    const mediaType = parseMediaType("multipart/form-data; boundary=XX");
    const file = part(named("f", '; filename="x"'), "x".repeat(500));

    it.each([
      ["one field that is large enough for all", part(named("text"), "x".repeat(96)), true],
      ["one field too large by its name", part(named("texts"), "x".repeat(96)), false],
      ["fields too large together", part(named("a"), "x".repeat(50)) + part(named("b"), "x".repeat(49)), false],
      ["characters of two bytes", part(named("a"), "é".repeat(50)), false],
      ["a file larger than all fields may be", file + part(named("a"), "x".repeat(99)), true],
      ["such a file and too large fields", file + part(named("a"), "x".repeat(100)), false],
    ])("knows %s", async (_what, body, isTaken) => {
      const parsed = Promise.resolve(mediaType && parser.parse(Buffer.from(body + end), mediaType));
      const refusal = await parsed.then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refusal).toEqual(isTaken ? undefined : new ContentTooLarge(100));
    });

    it("says how large the body may be", () => expect(parser.maxBytes).toBe(1000));
  });
});
