import { describe, expect, it } from "vitest";
import { jsonRenderer } from "../../src/renderers/index.ts";

const render = (data: unknown, parameters: Readonly<Record<string, string>> = {}) =>
  jsonRenderer.render(data, new Map(Object.entries(parameters)));

describe("JSON as DRF renders it", () => {
  it.each([
    [{ a: [1, "é", null, true] }, '{"a":[1,"é",null,true]}'],
    ["\u2028\u2029", '"\\u2028\\u2029"'],
    ["</script>\u007f", '"</script>\u007f"'],
    ["\ud800", '"\\ud800"'],
    [{ id: 9007199254740993n, rows: [1n] }, '{"id":9007199254740993,"rows":[1]}'],
    [null, "null"],
  ])("%s is rendered as %s", (data, text) => expect(render(data)).toBe(text));

  it.each([
    ["2", '{\n  "a": 1\n}'],
    ["+1", '{\n "a": 1\n}'],
    ["9", '{\n        "a": 1\n}'],
    ["1_0", '{\n        "a": 1\n}'],
    ["10000000000", '{\n        "a": 1\n}'],
    ["0", '{"a":1}'],
    ["-1", '{"a":1}'],
    ["1.5", '{"a":1}'],
    ["x", '{"a":1}'],
    ["", '{"a":1}'],
  ])("with indent=%j", (indent, text) => expect(render({ a: 1 }, { indent })).toBe(text));

  it("names no charset", () => expect(jsonRenderer.contentType).toBe("application/json"));
});
