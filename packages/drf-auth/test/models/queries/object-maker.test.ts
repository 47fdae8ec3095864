import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { objectMaker } from "../../../src/models/queries/object-maker.ts";

const double = (value: never): number => Number(value) * 2;

describe("an object made of a row", () => {
  it("has each value under its name, as its step makes it", () => {
    expect(objectMaker(["a", "b", "c"], [undefined, double, double])([1, 2, null])).toEqual({ a: 1, b: 4, c: null });
  });

  it.each([
    ["a quote", 'a"b'],
    ["the end of a string", '", x: globalThis.process, "'],
    ["a backslash", "a\\"],
    ["a line", "a\nb\u2028c"],
    ["the prototype", "__proto__"],
    ["a member of Object", "constructor"],
    ["nothing", ""],
  ])("keeps a name that is %s", (_what, name) => {
    const made = objectMaker([name, "other"], [double, undefined])([1, "x"]);
    expect(Object.entries(made)).toEqual([
      [name, 2],
      ["other", "x"],
    ]);
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
  });

  it("is the same in a process that makes no code from text", () => {
    const program = `
      const { objectMaker } = await import(${JSON.stringify(new URL("../../../src/models/queries/object-maker.ts", import.meta.url))});
      const make = objectMaker(["a", "b", "c"], [undefined, (value) => value * 2, (value) => value]);
      process.stdout.write(JSON.stringify(make([1, 2, null])));`;
    const flags = ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", program];
    expect(execFileSync(process.execPath, flags, { encoding: "utf8" })).toBe('{"a":1,"b":4,"c":null}');
  });
});
