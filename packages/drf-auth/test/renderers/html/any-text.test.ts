import { describe, expect, it } from "vitest";
import { errorPageFull, loginPageFull, pageFull, pages } from "./descriptions.ts";
import { parsePage } from "./parsed-page.ts";

describe("a page of any text", () => {
  const makers: readonly (readonly [name: string, make: (text: string) => string])[] = [
    ["page", (text) => pages.renderer.renderPage(pageFull(text, text))],
    ["page for anonymous users", (text) => pages.renderer.renderPage(pageFull(text, undefined))],
    ["login page", (text) => pages.renderLogin(loginPageFull(text))],
    ["login page for anonymous users", (text) => pages.renderLogin({ ...loginPageFull(text), username: undefined })],
    ["error page", (text) => pages.renderError(errorPageFull(text))],
  ];
  const attacks = [
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '" onfocus="alert(1)" autofocus x="',
    "' onfocus='alert(1)",
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "java\nscript:alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</code></pre><b>",
    "<!--",
    "-->",
    "]]>",
    "${x}",
    "&lt;script&gt;",
    "\\",
    "`",
    "\0",
  ];
  // What a harmless word makes is what every other text must make: the same elements with the same attributes.
  const shapeOf = (markup: string) =>
    parsePage(markup).map(({ name, attributes }) => `${name} ${[...attributes.keys()].sort().join(" ")}`);
  // Kinds of inputs differ by what fits them, and their attributes with them.
  const shape = (markup: string) => shapeOf(markup).map((line) => (/^(?:input|textarea) /.test(line) ? "input" : line));
  const allowed = new Set(
    "lang charset name content for href action method novalidate type value id class rel role required maxlength step min max inputmode checked autocomplete autocapitalize autofocus aria-label aria-current aria-describedby aria-invalid".split(
      " ",
    ),
  );

  for (const [name, make] of makers) {
    it.each(attacks)(`${name}: %j makes no element, attribute or foreign address`, (attack) => {
      const markup = make(attack);
      const elements = parsePage(markup);
      expect(shape(markup)).toEqual(shape(make("word")));
      expect(elements.map(({ name }) => name)).not.toContain("script");
      for (const { attributes } of elements) {
        for (const attribute of attributes.keys()) expect(allowed).toContain(attribute);
        for (const attribute of ["href", "action"]) {
          const address = new URL(attributes.get(attribute) ?? "", "https://own.example/");
          expect(address.origin).toBe("https://own.example");
        }
      }
    });
  }

  it("shows such text as it is", () => {
    const text = `<b>"'&amp;`;
    const elements = parsePage(pages.renderer.renderPage(pageFull(text, text)));
    expect(elements.find(({ name }) => name === "h1")?.text).toBe(text);
    const inputs = elements.filter(({ attributes }) => attributes.get("type") === "text");
    expect(new Set(inputs.map(({ attributes }) => attributes.get("value")))).toEqual(new Set([text]));
  });
});
