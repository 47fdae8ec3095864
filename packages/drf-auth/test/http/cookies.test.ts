import { expect, test } from "vitest";
import { formatCookie, parseCookies } from "../../src/http/cookies.ts";

test.each([
  [undefined, []],
  ["", []],
  ["a=1", [["a", "1"]]],
  [
    "a=1; b=2",
    [
      ["a", "1"],
      ["b", "2"],
    ],
  ],
  [
    "a=1;b=2;",
    [
      ["a", "1"],
      ["b", "2"],
    ],
  ],
  ["a=1; a=2", [["a", "2"]]],
  ['a="1"', [["a", "1"]]],
  ['a="', [["a", '"']]],
  ["a=b=c", [["a", "b=c"]]],
  ["alone", [["", "alone"]]],
  ["__proto__=1", [["__proto__", "1"]]],
])("the header %j holds %j", (header, cookies) => {
  expect([...parseCookies(header)]).toEqual(cookies);
});

test("a cookie is written with what a browser may do with it", () => {
  expect(formatCookie("a", "1")).toBe("a=1; Path=/; SameSite=Lax");
  expect(formatCookie("a", "1", { isHttpOnly: true, isSecure: true, sameSite: "Strict" })).toBe(
    "a=1; HttpOnly; Path=/; SameSite=Strict; Secure",
  );
  const kept = formatCookie("a", "1", { maxAgeSeconds: 60 });
  const [, expires = ""] = /expires=([^;]+); Max-Age=60; Path/.exec(kept) ?? [];
  expect(Math.abs(Date.parse(expires) - Date.now() - 60_000)).toBeLessThan(2000);
});

test("a cookie is removed by an end in the past", () => {
  expect(formatCookie("a", "", { maxAgeSeconds: 0 })).toBe(
    'a=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax',
  );
});

test.each(["a;b", "a b", "a\nb", "ä", 'a"b', "a,b"])(
  "the value %j is refused, for it would mean something else",
  (value) => {
    expect(() => formatCookie("name", value)).toThrow(TypeError);
  },
);
