import { describe, expect, it } from "vitest";
import { holdsTag } from "../../src/static/entity-tag.ts";

describe("If-None-Match", () => {
  it.each([
    ['"abc-br"', true],
    ['W/"abc-br"', true],
    ['"x", "abc-br"', true],
    ['"x",W/"abc-br" , "y"', true],
    ["*", true],
    [" * ", true],
    ['"abc"', false],
    ['"abc-gzip"', false],
    ["abc-br", false],
    ['"abc-br', false],
    ['"a, b", "c"', false],
    ["", false],
    [`${'"x",'.repeat(2000)}"abc-br"`, false],
  ])("%j holds the tag: %s", (header, holds) => expect(holdsTag(header, '"abc-br"')).toBe(holds));
});
