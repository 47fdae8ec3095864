import { describe, expect, it } from "vitest";
import { negotiator } from "../../src/http/index.ts";

const json = { mediaType: "application/json", format: "json" };
const html = { mediaType: "text/html", format: "api" };
const choose = negotiator([json, html]);

describe("the choice by Accept", () => {
  it.each([
    [undefined, "json"],
    ["*/*", "json"],
    ["application/json", "json"],
    ["APPLICATION/JSON", "json"],
    ["text/html", "api"],
    ["text/*", "api"],
    ["*/html", "api"],
    ["image/png, text/html", "api"],
    ["text/html, application/json", "json"],
    ["*/*, text/html", "api"],
    ["text/*, application/json", "json"],
    ["text/html;level=1, application/json", "api"],
    ["application/json;q=0.5, text/html", "api"],
    ["text/html;q=0.1, */*;q=0.5", "json"],
    ["application/json;q=0, */*", "api"],
    ["application/json;q=nonsense", "json"],
    ["application/json;q=7", "json"],
    ["bogus, application/json,", "json"],
    [`${"x".repeat(300)}/y, text/html`, "api"],
  ])("of %j is %s", (accept, format) => expect(choose(accept)?.offer.format).toBe(format));

  it.each(["", ",", "/", "*", "bogus", "image/png", "application/json;q=0", "*/*;q=0", "application/json/x", "é/x"])(
    "of %j is none",
    (accept) => expect(choose(accept)).toBeUndefined(),
  );

  it("keeps the parameters of what was asked for, without its weight", () => {
    expect([...(choose("application/json; indent=4; q=0.9")?.parameters ?? [])]).toEqual([["indent", "4"]]);
    expect([...(choose("*/*; indent=2")?.parameters ?? [])]).toEqual([["indent", "2"]]);
  });

  it("looks at 8192 characters, 64 entries and 256 characters an entry", () => {
    expect(choose(`${"a/b,".repeat(63)}text/html`)?.offer).toBe(html);
    expect(choose(`${"a/b,".repeat(64)}text/html`)).toBeUndefined();
    expect(choose(`${"x".repeat(8192)},text/html`)).toBeUndefined();
    expect(choose(`text/html;a=${"x".repeat(245)}`)).toBeUndefined();
  });

  it("answers the same again, whatever else was asked meanwhile", () => {
    for (let index = 0; index < 1000; index += 1) choose(`text/html;v=${index}`);
    expect(choose("text/html")?.offer).toBe(html);
    expect(choose("image/png")).toBeUndefined();
    expect(choose("image/png")).toBeUndefined();
  });
});
