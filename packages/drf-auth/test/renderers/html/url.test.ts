import { describe, expect, it } from "vitest";
import { url } from "../../../src/renderers/html/url.ts";

describe("url", () => {
  it.each([
    "/",
    "/words/?page=2#top",
    "words/",
    "./a:b",
    "?format=json&next=http://x/",
    "#content",
    "http://example.com",
    "HTTPS://example.com/a?b=c",
    "mailto:ann@example.com",
    "/caf\u00e9/",
  ])("gives %j as it is", (address) => expect(url(address)).toBe(address));

  it.each([
    "",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\u0001javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "javascript\u0000:alert(1)",
    "\u00a0javascript:alert(1)",
    "javascript&colon;alert(1):",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:http://example.com/a",
    "file:///etc/passwd",
    "view-source:http://example.com",
    "//example.com/",
    "/\\example.com/",
    "\\\\example.com/",
    "\\/example.com/",
    "/\t/example.com/",
    "\n//example.com/",
    "http:example.com",
    "https:///example.com",
    "http:\\\\example.com",
    "a:b",
    "/a b",
    "/a\r\nSet-Cookie: b",
  ])("gives # for %j", (address) => expect(url(address)).toBe("#"));

  it("gives no relative address that leads to another host", () => {
    const parts = ["/", "\\", "//", "a", ".", "..", ":", "@", "?", "#", "example.com", "\t", " ", "\n", "http:", "%2f"];
    for (const first of parts) {
      for (const second of parts) {
        for (const third of parts) {
          const given = url(first + second + third);
          if (given.startsWith("http://")) continue;
          expect(new URL(given, "https://own.example/words/").host).toBe("own.example");
        }
      }
    }
  });
});
