import { describe, expect, it } from "vitest";
import { highlight, maxHighlightedLength } from "../../../src/renderers/html/highlight-json.ts";
import { parsePage, unescape } from "./parsed-page.ts";

const textOf = (markup: string) => unescape(markup.replaceAll(/<[^<>]*>/g, ""));

describe("highlight", () => {
  it("marks keys, strings, numbers and literals", () => {
    const content = JSON.stringify({ a: [1, -2.5e3, true, null], b: "c: 1" }, undefined, 4);
    const elements = parsePage(String(highlight(content)));
    expect(elements.map(({ attributes, text }) => [attributes.get("class"), text])).toEqual([
      ["key", '"a"'],
      ["number", "1"],
      ["number", "-2500"],
      ["literal", "true"],
      ["literal", "null"],
      ["key", '"b"'],
      ["string", '"c: 1"'],
    ]);
  });

  it.each([
    ["http://example.com/a?b=1&c='2'", true],
    ["HTTPS://example.com/", true],
    ["/words/", false],
    ["//example.com/", false],
    ["javascript:alert(1)", false],
    ["see http://example.com/", false],
    ["http://example.com/a b", false],
    ['http://example.com/"onclick="x', false],
    ["http://example.com/\n", false],
    ["http://", false],
  ])("of the string %j it makes a link: %j", (text, isLink) => {
    const links = parsePage(String(highlight(JSON.stringify([text])))).filter(({ name }) => name === "a");
    expect(links.map(({ attributes }) => Object.fromEntries(attributes))).toEqual(
      isLink ? [{ href: text, rel: "nofollow" }] : [],
    );
  });

  it.each([
    "",
    "\n\n{}",
    '"not closed',
    '"\\',
    '{"a\\\\": "\\"</code><script>"}',
    "&#39; 39 &amp; <1> 'true'",
    "--1 1e 1.2.3 truefalse",
    '{"a" : 1}',
    '"\ud800", \u0000 \u2028',
    JSON.stringify({ "<": ["</span>", "&lt;", "'", "\r\n\t\u0001", "\\", '\\"', "https://a/&"] }, undefined, 4),
  ])("keeps the text of %j", (content) => {
    const markup = String(highlight(content));
    parsePage(markup);
    expect(textOf(markup)).toBe(content);
  });

  it("shows text that is too long without marks, and keeps it", () => {
    const fits = JSON.stringify(`<&>'`.repeat(maxHighlightedLength / 4)).slice(2);
    const tooLong = `${fits}"`;
    expect([fits.length, tooLong.length]).toEqual([maxHighlightedLength, maxHighlightedLength + 1]);
    expect(String(highlight(JSON.stringify(["a"])))).toContain("<span");
    expect(String(highlight(tooLong))).not.toContain("<");
    expect(textOf(String(highlight(tooLong)))).toBe(tooLong);
    expect(textOf(String(highlight(fits)))).toBe(fits);
  });

  it.each([
    ["backslashes", `"${"\\".repeat(500_000)}`],
    ["quotes", '"\\"'.repeat(170_000)],
    ["signs", "-".repeat(500_000)],
    ["digits", "1".repeat(500_000)],
    ["beginnings of literals", "tru".repeat(170_000)],
    ["beginnings of addresses", '"http://"'.repeat(50_000)],
  ])("takes no longer than its length for many %s", (_, content) => {
    const start = performance.now();
    highlight(content);
    // A square of the length would take minutes.
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
