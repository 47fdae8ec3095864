import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { lonePageHeaders, pageHeaders, renderLoneErrorPage } from "../../../src/renderers/index.ts";
import { pageOf, pages } from "./descriptions.ts";
import { find, parsePage } from "./parsed-page.ts";

const policyWith = (style: string): string =>
  `default-src 'none'; style-src ${style}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

describe("the headers of a page", () => {
  it("allow the stylesheet that the page links on this site, and nothing else", () => {
    const { name, attributes } = find(parsePage(pages.renderer.renderPage(pageOf())), "link") ?? {};
    expect([name, attributes?.get("rel"), attributes?.get("href")]).toEqual([
      "link",
      "stylesheet",
      "/static/drf-auth/pages.css",
    ]);
    expect(pages.renderer.renderPage(pageOf())).not.toContain("<style");
    expect(pageHeaders["Content-Security-Policy"]).toBe(policyWith("'self'"));
    expect(pages.renderer.headers).toEqual({ "Content-Security-Policy": pageHeaders["Content-Security-Policy"] });
    expect(pageHeaders["Content-Type"]).toBe(pages.renderer.contentType);
  });

  it("of a page that stands alone allow the style that stands in it, and nothing else", () => {
    const page = renderLoneErrorPage({ status: 400, title: "Bad Request", text: [] });
    const [, style = ""] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(style).not.toBe("");
    expect(lonePageHeaders["Content-Security-Policy"]).toBe(policyWith(`'sha256-${hash}'`));
    expect(page).not.toContain("<link");
  });
});
