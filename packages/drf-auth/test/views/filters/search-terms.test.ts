import { describe, expect, test } from "vitest";
import { searchTerms } from "../../../src/views/filters/search-terms.ts";

describe("searchTerms", () => {
  test.each([
    ["", []],
    [" ,  , ", []],
    ["one two", ["one", "two"]],
    ["one,two", ["one", "two"]],
    [" one,\ttwo \n three,", ["one", "two", "three"]],
    ['"one two" three', ["one two", "three"]],
    ["'one two',three", ["'one two'", "three"]],
    ['"one, two"', ["one, two"]],
    [',"one two",', ["one two"]],
    [`"it's"`, ["it's"]],
    [String.raw`"a \"b\" \\ c"`, [String.raw`a "b" \ c`]],
    ['one"two three"', ['one"two three"']],
    ['x" a , b "y', ['x" a', 'b "y']],
    ['"open phrase', ['"open', "phrase"]],
    ['"', [""]],
    ['""', [""]],
    ["it's", ["it's"]],
    ["a a A", ["a", "A"]],
    ["été,ß", ["été", "ß"]],
  ])("splits %j", (text, terms) => {
    expect(searchTerms(text)).toEqual(terms);
  });
});
