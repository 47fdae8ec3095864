import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { pageHeaders, pageRenderer } from "../../../src/renderers/index.ts";
import { pageOf } from "./descriptions.ts";

describe("the headers of a page", () => {
  it("allow the style that stands in the page, and nothing else", () => {
    const [, style = ""] = /<style>([^]*?)<\/style>/.exec(pageRenderer.renderPage(pageOf())) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(pageHeaders["Content-Security-Policy"]).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    );
    expect(pageRenderer.headers).toEqual({ "Content-Security-Policy": pageHeaders["Content-Security-Policy"] });
    expect(pageHeaders["Content-Type"]).toBe(pageRenderer.contentType);
  });
});
