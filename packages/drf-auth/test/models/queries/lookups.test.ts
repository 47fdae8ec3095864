import { describe, expect, test } from "vitest";
import { type LookupName, lookups, splitLookup } from "../../../src/models/queries/lookups.ts";
import type { SqlValue } from "../../../src/database/index.ts";

const encode = (value: unknown) => value as SqlValue;
const valuesOf = (name: LookupName, given: unknown) => lookups[name].values(given, encode, "sqlite");

describe("splitLookup", () => {
  test.each([
    ["title", "title", "exact"],
    ["title__exact", "title", "exact"],
    ["created_at__gte", "created_at", "gte"],
    ["author__handle", "author__handle", "exact"],
    ["author__handle__in", "author__handle", "in"],
    ["author__isnull", "author", "isnull"],
    ["in", "in", "exact"],
    ["title__icontains", "title", "icontains"],
    ["author__handle__iexact", "author__handle", "iexact"],
    ["title__constructor", "title__constructor", "exact"],
    ["__proto__", "__proto__", "exact"],
    ["title__", "title__", "exact"],
  ])("reads %s", (name, path, lookup) => {
    expect(splitLookup(name)).toEqual({ path, lookup: lookups[lookup as LookupName] });
  });
});

describe("a lookup", () => {
  test("by equality compares null with is null, which is a shape of its own", () => {
    expect(valuesOf("exact", null)).toEqual([]);
    expect(valuesOf("exact", 0)).toEqual([0]);
    expect(lookups.exact.shape(null)).not.toBe(lookups.exact.shape(0));
  });

  test("by __in binds one value and has one shape, whatever the length", () => {
    const lists = [[], [1], [1, 2, 3], ["it's", 'a "b"', "\u0000"], [2n ** 60n, null]];
    expect(lists.map((list) => valuesOf("in", list))).toEqual([
      ["[]"],
      ["[1]"],
      ["[1,2,3]"],
      ['["it\'s","a \\"b\\"","\\u0000"]'],
      ["[1152921504606846976,null]"],
    ]);
    expect(new Set(lists.map((list) => lookups.in.shape(list))).size).toBe(1);
  });

  test.each(["1,2", { length: 1 }, new Set([1]), null, 5])("by __in refuses %s, which is no list", (given) => {
    expect(() => valuesOf("in", given)).toThrow("A filter by __in takes a list of values.");
  });

  test.each(["false", 0, null, "yes"])("by __isnull refuses %s", (given) => {
    expect(() => valuesOf("isnull", given)).toThrow("A filter by __isnull takes true or false.");
  });

  test.each([
    ["contains", "%a\\%b\\_c\\\\d%"],
    ["icontains", "%a\\%b\\_c\\\\d%"],
    ["startswith", "a\\%b\\_c\\\\d%"],
    ["istartswith", "a\\%b\\_c\\\\d%"],
    ["endswith", "%a\\%b\\_c\\\\d"],
    ["iendswith", "%a\\%b\\_c\\\\d"],
    ["iexact", "a\\%b\\_c\\\\d"],
  ] as const)("by __%s takes signs of patterns for what they are", (name, pattern) => {
    expect(valuesOf(name, "a%b_c\\d")).toEqual([pattern]);
  });

  test("by __iexact compares null with is null, as equality does", () => {
    expect(valuesOf("iexact", null)).toEqual([]);
    expect(lookups.iexact.shape(null)).toBe(lookups.exact.shape(null));
  });

  test.each(["gt", "gte", "lt", "lte"] as const)("by __%s refuses null, which nothing is more or less than", (name) => {
    expect(() => valuesOf(name, null)).toThrow("write __isnull instead");
    expect(valuesOf(name, 0)).toEqual([0]);
  });
});
