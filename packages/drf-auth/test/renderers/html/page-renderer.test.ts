import { describe, expect, it } from "vitest";
import { maxHighlightedLength } from "../../../src/renderers/html/highlight-json.ts";
import { pageOf, pages } from "./descriptions.ts";
import { byName, find, linksOf, parsePage } from "./parsed-page.ts";

const show = (more: Parameters<typeof pageOf>[0] = {}) => parsePage(pages.renderer.renderPage(pageOf(more)));
const csrfInput = '<input type="hidden" name="csrfmiddlewaretoken" value="TOKEN">';

describe("a page", () => {
  it("tells robots to stay away, and a phone its width", () => {
    const metas = show().filter(({ name }) => name === "meta");
    const contents = Object.fromEntries(metas.map(({ attributes: a }) => [a.get("name"), a.get("content")]));
    expect(contents).toMatchObject({ robots: "none", viewport: "width=device-width, initial-scale=1" });
    expect(find(show(), "title")?.text).toBe("Word List – Thesaurus");
  });

  it("leads an anonymous user to the login and back", () => {
    expect(linksOf(show())).toContainEqual(["Log in", "/api-auth/login/?next=%2Fwords%2F%3Fpage%3D2"]);
  });

  it("has no login link where there is no login page", () => {
    expect(linksOf(show({ loginUrl: undefined })).map(([text]) => text)).not.toContain("Log in");
  });

  it("lets a user log out by a form with the token", () => {
    const markup = pages.renderer.renderPage(pageOf({ username: "ann" }));
    expect(markup).toContain(csrfInput);
    const elements = parsePage(markup);
    const form = find(elements, "form");
    expect(Object.fromEntries(form?.attributes ?? [])).toEqual({ method: "post", action: "/api-auth/logout/" });
    expect(form?.text).toContain("ann");
    expect(byName(elements, "next")?.attributes.get("value")).toBe("/words/?page=2");
    expect(linksOf(elements).map(([text]) => text)).not.toContain("Log in");
  });

  it("links the way from the root, formats, actions and neighbouring pages", () => {
    const elements = show({
      formats: [{ name: "json", url: "/words/?format=json" }],
      actions: [{ name: "Mine", url: "/words/mine/" }],
      pagination: { previous: "http://own.example/words/", next: "http://own.example/words/?page=3" },
      loginUrl: undefined,
    });
    expect(linksOf(elements)).toEqual([
      ["Api Root", "/"],
      ["Word List", "/words/"],
      ["json", "/words/?format=json"],
      ["Mine", "/words/mine/"],
      ["Previous page", "http://own.example/words/"],
      ["Next page", "http://own.example/words/?page=3"],
    ]);
    expect(elements.find(({ attributes }) => attributes.has("aria-current"))?.text).toBe("Word List");
  });

  it("shows the request, the status, the headers and the data letter for letter", () => {
    const content = JSON.stringify({ text: "a  <b>", url: "https://own.example/words/1/" }, undefined, 4);
    const headers = [
      ["Allow", "GET, POST"],
      ["Vary", "Accept"],
    ] as const;
    const texts = show({ content, headers }).filter(({ name }) => name === "pre");
    expect(texts.map(({ text }) => text)).toEqual([
      "GET /words/?page=2",
      `HTTP 200 OK\nAllow: GET, POST\nVary: Accept\n\n${content}`,
    ]);
  });

  it("shows an answer without data by its status and headers", () => {
    const texts = show({ status: 204, statusText: "No Content", content: undefined }).filter(
      ({ name }) => name === "pre",
    );
    expect(texts[1]?.text).toBe("HTTP 204 No Content\nAllow: GET, POST\n");
  });

  it("says so where it shows long data without colours", () => {
    const sentence = "shown without colours and links";
    const long = JSON.stringify("a".repeat(maxHighlightedLength));
    expect(find(show({ content: long }), "main")?.text).toContain(sentence);
    expect(find(show(), "main")?.text).not.toContain(sentence);
  });

  it("makes paragraphs of a description at its blank lines", () => {
    const elements = show({ description: "\nOne\nline.\n \n  Two.\n\n\n" });
    const main = elements.slice(elements.findIndex(({ name }) => name === "main"));
    expect(main.filter(({ name }) => name === "p").map(({ text }) => text)).toEqual(["One\nline.", "Two."]);
  });
});
