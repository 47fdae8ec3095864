import { describe, expect, it } from "vitest";
import { pages } from "./descriptions.ts";
import { find, parsePage } from "./parsed-page.ts";

describe("an error page", () => {
  it("says what is wrong", () => {
    const elements = parsePage(pages.renderError({ status: 404, title: "Not found", text: ["One.", "Two."] }));
    expect(find(elements, "title")?.text).toBe("404 Not found");
    expect(find(elements, "h1")?.text).toBe("Not found");
    expect(elements.filter(({ name }) => name === "p").map(({ text }) => text)).toEqual(["One.", "Two.", "HTTP 404"]);
    expect(find(elements, "pre")).toBeUndefined();
  });

  it("shows the trace that it is given, line by line", () => {
    const elements = parsePage(pages.renderError({ status: 500, title: "Error", text: [], trace: "a\n  at <b>" }));
    expect(find(elements, "pre")?.text).toBe("a\n  at <b>");
  });
});
