import { describe, expect, it } from "vitest";
import { style } from "../../../src/renderers/html/style.ts";

const [light = "", dark = ""] = style.split("@media (prefers-color-scheme: dark)");
const readable = ["text", "quiet", "link", "wrong", "key", "string", "number", "literal"];

describe("the style", () => {
  describe.each([
    ["light", coloursOf(light)],
    ["dark", coloursOf(dark)],
  ])("in %s", (_, colours) => {
    it.each(readable)("%s can be read on the page and in a box (WCAG AA)", (name) => {
      expect(contrast(colours, name, "page")).toBeGreaterThan(4.5);
      expect(contrast(colours, name, "box")).toBeGreaterThan(4.5);
    });

    it("the text of a button can be read", () =>
      expect(contrast(colours, "button-text", "button")).toBeGreaterThan(4.5));

    it("the edge of an input can be seen", () => expect(contrast(colours, "line", "page")).toBeGreaterThan(3));
  });

  it("uses every colour that it names, and names every colour that it uses", () => {
    const used = new Set([...style.matchAll(/var\(--([a-z-]+)\)/g)].map(([, name]) => name));
    expect([...used].sort()).toEqual([...coloursOf(light).keys()].sort());
    expect([...coloursOf(dark).keys()]).toEqual([...coloursOf(light).keys()]);
  });

  it("loads nothing and ends in no tag", () => expect(style).not.toMatch(/url\(|@import|<\//));
});

function coloursOf(rules: string): Map<string, string> {
  return new Map([...rules.matchAll(/--([a-z-]+): #([0-9a-f]{6});/g)].map(([, name = "", hex = ""]) => [name, hex]));
}

/** The ratio of WCAG 2.2 §1.4.3. */
function contrast(colours: ReadonlyMap<string, string>, first: string, second: string): number {
  const [bright = 0, dim = 0] = [first, second].map((name) => luminance(colours.get(name) ?? "")).sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(hex: string): number {
  const [red = Number.NaN, green = Number.NaN, blue = Number.NaN] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
