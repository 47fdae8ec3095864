import { describe, expect, it } from "vitest";
import { findCssReferences } from "../../src/static/css-references.ts";

describe("a stylesheet refers to", () => {
  it.each([
    ["a { background: url(a.png) }", ["url a.png"]],
    ["a{background:url( 'a.png' )}", ["url a.png"]],
    ['a{background:URL("a b.png")}', ["url a b.png"]],
    ["a{background:url( a.png\n)}", ["url a.png"]],
    ["@import 'a.css';", ["import a.css"]],
    ['@import "a.css" layer(x) screen;', ["import a.css"]],
    ["@IMPORT url(a.css);", ["import a.css"]],
    ["@import /* one */ url('a.css') supports(display: grid);", ["import a.css"]],
    ["@import;a{b:url(c)}", ["url c"]],
    ["@font-face{src:url(a.woff2)format('woff2'),url(a.woff)}", ["url a.woff2", "url a.woff"]],
    ["a{background:url(a\\29.png)}", ["url a).png"]],
    ["a{background:url('a\\'b.png')}", ["url a'b.png"]],
    ["a{background:image-set(url(a.png) 1x, url(b.png) 2x)}", ["url a.png", "url b.png"]],
    ["a::before{content:'}'}b{c:url(d)}", ["url d"]],
    ["a{b:url()}", []],
    ["/* url(a.png) @import 'a.css'; */", []],
    ["/* url(a.png)", []],
    ["a{content:'url(a.png)'}", []],
    ["a{content:\"@import 'b'\"}", []],
    ["a{b:my-url(a.png)}", []],
    ["a{b:curl(a.png)}", []],
    ["a{b:url-prefix(a.png)}", []],
    ["@charset 'utf-8';@namespace 'x';", []],
    ["a{b:'unfinished\n;c:url(d)}", ["url d"]],
    ["\\", []],
    ["@", []],
    ["url(", []],
    ["@import", []],
  ])("%j: %j", (css, found) => {
    const { references } = findCssReferences(css);
    expect(references.map(({ kind, address }) => `${kind} ${address}`)).toEqual(found);
    // What stands at the place is the address itself, with its quotes.
    for (const { start, end } of references) expect(css.slice(start, end)).toMatch(/^(["'])[^]*\1$|^[^\s()"']+$/);
  });

  it.each([
    ["a{}\n/*# sourceMappingURL=a.css.map */", "a.css.map"],
    ["/*@ sourceMappingURL=a.css.map*/", "a.css.map"],
    ["/* sourceMappingURL=a.css.map */", undefined],
    ["a{content:'/*# sourceMappingURL=a.css.map */'}", undefined],
  ])("a source map: %j names %j", (css, address) => {
    expect(findCssReferences(css).sourceMap?.address).toBe(address);
  });

  it("is read in a time that grows with its length alone", () => {
    const startedAt = performance.now();
    for (const part of ["url(", "@import ", "/*", "'", '"\\', "\\", "@", "a{b:url('c')}"]) {
      findCssReferences(part.repeat(20_000));
    }
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
