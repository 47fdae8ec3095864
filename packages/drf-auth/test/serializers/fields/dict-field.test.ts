import { expect, it } from "vitest";
import { charField, dictField } from "../../../src/serializers/index.ts";
import { outcome } from "./valid.ts";

const field = dictField({ child: charField() });

it.each([
  [[], "list"],
  ["x", "str"],
  [1, "int"],
  [1.5, "float"],
  [true, "bool"],
  [12345678901234567890n, "int"],
])("%s is refused by its Python name", async (value, name) => {
  expect(await outcome(field, value)).toEqual([`Expected a dictionary of items but got type "${name}".`]);
});

it("takes every value in, whatever its key", async () => {
  const data = JSON.parse('{"__proto__":"a","constructor":1,"":" b "}') as unknown;
  expect(Object.entries((await outcome(field, data)) as object)).toEqual([
    ["__proto__", "a"],
    ["constructor", "1"],
    ["", "b"],
  ]);
});

it("tells what is wrong by key", async () => {
  const data = JSON.parse('{"__proto__":null,"a":[],"b":"fine","c":""}') as unknown;
  expect(Object.entries((await outcome(field, data)) as object)).toEqual([
    ["__proto__", ["This field may not be null."]],
    ["a", ["Not a valid string."]],
    ["c", ["This field may not be blank."]],
  ]);
});

it("may be empty unless it says otherwise", async () => {
  expect(await outcome(field, {})).toEqual({});
  expect(await outcome(dictField({ child: charField(), allowEmpty: false }), {})).toEqual([
    "This dictionary may not be empty.",
  ]);
});
