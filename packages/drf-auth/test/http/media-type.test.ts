import { describe, expect, it } from "vitest";
import { isCovered, parseMediaType, splitOutsideQuotes } from "../../src/http/media-type.ts";

describe("a media type", () => {
  it.each([
    ["application/json", "application", "json", {}],
    [" Application/JSON ", "application", "json", {}],
    ["application/json;", "application", "json", {}],
    ["application/json ; Charset=UTF-8", "application", "json", { charset: "UTF-8" }],
    ["application/json; foo; bar=1", "application", "json", { bar: "1" }],
    ['multipart/form-data; boundary="a;b"', "multipart", "form-data", { boundary: "a;b" }],
    ['text/plain; title="a \\"b\\""', "text", "plain", { title: 'a "b"' }],
    ["*/*; q=0.5", "*", "*", { q: "0.5" }],
    ["application/json; indent=2; indent=4", "application", "json", { indent: "4" }],
    ["application/json; __proto__=x", "application", "json", { ["__proto__"]: "x" }],
  ])("is read from %j", (text, type, subtype, parameters) => {
    const media = parseMediaType(text);
    expect(media).toMatchObject({ type, subtype });
    expect([...(media?.parameters ?? [])]).toEqual(Object.entries(parameters));
  });

  it.each([
    "",
    "/",
    "json",
    "application/",
    "/json",
    "application/json/x",
    "application /json",
    "application/js on",
    "é/x",
    ";charset=utf-8",
  ])("is not %j", (text) => expect(parseMediaType(text)).toBeUndefined());

  it.each([
    ["*", "*", true],
    ["application", "*", true],
    ["*", "json", true],
    ["application", "json", true],
    ["text", "*", false],
    ["*", "html", false],
    ["application", "xml", false],
  ])("application/json is covered by %s/%s: %s", (type, subtype, expected) => {
    expect(isCovered("application/json", { type, subtype })).toBe(expected);
  });

  it("is split outside quotes alone, in time that grows with the text", () => {
    expect(splitOutsideQuotes('a,"b,\\",c",d', ",")).toEqual(["a", '"b,\\",c"', "d"]);
    expect(splitOutsideQuotes(`"${",".repeat(200_000)}`, ",")).toHaveLength(1);
  });
});
