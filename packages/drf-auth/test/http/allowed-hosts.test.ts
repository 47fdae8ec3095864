import { describe, expect, it } from "vitest";
import { ImproperlyConfigured } from "../../src/errors.ts";
import { allowedHosts, allowedHostsFrom } from "../../src/http/index.ts";

const usual = ["localhost", ".localhost", "127.0.0.1", "[::1]"];

describe("allowed hosts", () => {
  it.each([
    [usual, "localhost", true],
    [usual, "LOCALHOST:8000", true],
    [usual, "localhost.", true],
    [usual, "api.localhost:3000", true],
    [usual, "127.0.0.1:8000", true],
    [usual, "[::1]", true],
    [usual, "[::1]:8000", true],
    [usual, "evil.example", false],
    [usual, "notlocalhost", false],
    [usual, "localhost.evil.example", false],
    [usual, "127.0.0.1.evil.example", false],
    [usual, "", false],
    [["example.com"], "example.com:443", true],
    [["Example.COM"], "example.com", true],
    [["example.com"], "www.example.com", false],
    [[".example.com"], "example.com", true],
    [[".example.com"], "a.b.example.com.", true],
    [[".example.com"], "badexample.com", false],
    [[".example.com"], "example.com.evil.example", false],
    [[".example.com"], "example.com:80:80", false],
    [[".example.com"], "user@example.com", false],
    [["my_service"], "my_service:8000", true],
    [["*"], "anything.example:81", true],
    [["a.example", "*"], "[2001:db8::1]", true],
    [["*"], "a b", false],
    [["*"], "", false],
    [["*"], `${"a".repeat(300)}.example`, false],
  ])("%j under %j is allowed: %s, however often", (patterns, host, expected) => {
    const isAllowed = allowedHosts(patterns);
    expect([isAllowed(host), isAllowed(host)]).toEqual([expected, expected]);
  });

  it("answer rightly after more names than are remembered", () => {
    const isAllowed = allowedHosts([".example.com"]);
    for (let number = 0; number < 1000; number += 1) {
      expect(isAllowed(`h${number}.example.com`)).toBe(true);
      expect(isAllowed(`h${number}.example.org`)).toBe(false);
    }
    expect(isAllowed("h0.example.com")).toBe(true);
  });

  it.each([
    "https://example.com",
    "example.com:8000",
    "example.com/",
    "",
    ".",
    "*.example.com",
    "exa mple.com",
    "::1",
    "[::1",
    "example.com.",
    "[127.0.0.1]",
  ])("with the pattern %j are refused at start", (pattern) => {
    expect(() => allowedHosts(["localhost", pattern])).toThrow(ImproperlyConfigured);
    expect(() => allowedHosts([pattern])).toThrow(`settings.allowedHosts has "${pattern}"`);
  });

  it("without a name are refused at start", () => {
    expect(() => allowedHosts([])).toThrow("settings.allowedHosts is empty");
  });

  it.each([
    [{ ALLOWED_HOSTS: "a.example, .b.example" }, { "a.example": true, "x.b.example": true, localhost: false }],
    [{ ALLOWED_HOSTS: " " }, { "a.example": false, localhost: true }],
    [{}, { "a.example": false, localhost: true }],
  ])("are those of the environment %j before the setting's", (environment, expected) => {
    const isAllowed = allowedHostsFrom(environment, ["localhost"]);
    expect(Object.fromEntries(Object.keys(expected).map((host) => [host, isAllowed(host)]))).toEqual(expected);
  });

  it.each(["a.example,", "a.example;b.example"])(
    "of the environment that are written wrongly are refused: %j",
    (text) => expect(() => allowedHostsFrom({ ALLOWED_HOSTS: text }, ["localhost"])).toThrow(/^ALLOWED_HOSTS has "/),
  );
});
