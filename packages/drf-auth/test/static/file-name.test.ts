import { describe, expect, it } from "vitest";
import { nameAt } from "../../src/static/address-table.ts";
import { encodeName, hashedName, isServableName } from "../../src/static/file-name.ts";

const hash = "0123456789abcdef".repeat(4);

describe("the name of a file", () => {
  it.each([
    ["app.css", "app.0123456789ab.css"],
    ["css/app.min.css", "css/app.min.0123456789ab.css"],
    ["LICENSE", "LICENSE.0123456789ab"],
    [".well-known/security.txt", ".well-known/security.0123456789ab.txt"],
  ])("%s becomes %s", (name, hashed) => expect(hashedName(name, hash)).toBe(hashed));

  it.each([
    ["a.css", true],
    ["a b/ü#?%.css", true],
    [".well-known/security.txt", true],
    ["a..b/..c.css", false],
    [".env", false],
    ["css/.git/config", false],
    ["../a", false],
    ["a/../b", false],
    ["a//b", false],
    ["/a", false],
    ["a/", false],
    ["a\\b", false],
    ["a\0", false],
    ["a\nb", false],
    ["", false],
    ["a".repeat(1001), false],
  ])("%j may be served: %s", (name, may) => expect(isServableName(name)).toBe(may));

  it("is found again at its address, whatever is in it", () => {
    for (const name of ["a.css", "a b/ü#?%.css", "x+y@z,!'().js", "%2e%2e"]) {
      expect(nameAt(`/static/${encodeName(name)}?v=1`, "/static/")).toBe(name);
    }
  });

  it.each([
    "/static/../secret",
    "/static/%2e%2e/secret",
    "/static/css/%2E%2E/%2e%2e/secret",
    "/static/css%2F..%2Fsecret",
    "/static/css%2fapp.css",
    "/static/..%5csecret",
    "/static/\\secret",
    "/static//secret",
    "/static//etc/passwd",
    "/static/%00",
    "/static/app.css%00.png",
    "/static/.env",
    "/static/%2eenv",
    "/static/%",
    "/static/%ff",
    "/static/",
    "/static/css/",
    "/static-private/a",
    "/STATIC/a",
    "http://localhost/static/a",
    `/static/${"a".repeat(5000)}`,
  ])("%j names nothing", (address) => expect(nameAt(address, "/static/")).toBeUndefined());
});
