import { describe, expect, it } from "vitest";
import { Query } from "../../src/http/index.ts";

describe("a query", () => {
  it.each([
    ["page=1&page=2", "2"],
    ["page=", ""],
    ["page", ""],
    ["Page=2", undefined],
    ["", undefined],
    ["&&page=2&&", "2"],
    ["page=%D9%A2", "٢"],
    ["page=+1", " 1"],
    ["page=%zz", "%zz"],
    ["page=a;page=b", "a;page=b"],
  ])("%j names the page %j", (text, page) => {
    const query = new Query(text);
    expect(query.get("page")).toBe(page);
    expect(query.has("page")).toBe(page !== undefined);
  });

  it("gives every value of a name", () => {
    expect(new Query("a=1&b=2&a=3").getAll("a")).toEqual(["1", "3"]);
    expect(new Query("").getAll("a")).toEqual([]);
  });

  it.each([
    ["page=2", "3", "page=3"],
    ["page=2", undefined, ""],
    ["b=2&page=2&a=1", "3", "a=1&b=2&page=3"],
    ["b=2&a=3&b=0", "3", "a=3&b=2&b=0&page=3"],
    ["page=1&page=2", "3", "page=3"],
    ["a", "3", "a=&page=3"],
    ["a=b+c", "3", "a=b+c&page=3"],
    ["a=%2F%3F", "3", "a=%2F%3F&page=3"],
    ["a=~-._*'()!", "3", "a=~-._%2A%27%28%29%21&page=3"],
    ["A=1&a=2&_=3", "4", "A=1&_=3&a=2&page=4"],
    ["a=%F0%9F%98%80%3Cb%3E", "3", "a=%F0%9F%98%80%3Cb%3E&page=3"],
  ])("%j with page %j is %j, as Python writes it", (text, page, expected) => {
    expect(new Query(text).with({ page })).toBe(expected);
  });
});
