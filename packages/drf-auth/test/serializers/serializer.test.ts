import { describe, expect, it } from "vitest";
import { Form } from "../../src/http/index.ts";
import { booleanField, charField, dictField, integerField } from "../../src/serializers/index.ts";
import { outcomeOf } from "./fields/valid.ts";

const fields = {
  text: charField({ maxLength: 3 }),
  note: charField({ allowBlank: true, required: false }),
  size: integerField({ default: 7 }),
};

const form = (...pairs: readonly (readonly [string, string])[]): Form => {
  const made = new Form();
  for (const [name, value] of pairs) made.append(name, value);
  return made;
};

describe("a serializer", () => {
  it.each([
    [[], "list"],
    ["x", "str"],
    [1, "int"],
    [true, "bool"],
    [1.5, "float"],
  ])("refuses %j, which is no dictionary", async (data, name) => {
    const detail = { non_field_errors: [`Invalid data. Expected a dictionary, but got ${name}.`] };
    expect(await outcomeOf(fields, data)).toEqual(detail);
  });

  it("takes what it knows and fills in defaults", async () => {
    expect(await outcomeOf(fields, { text: "a", other: 1 })).toEqual({ text: "a", size: 7 });
  });

  it("tells what is wrong with every field at once", async () => {
    expect(await outcomeOf(fields, { text: "abcd", note: null, size: "x" })).toEqual({
      text: ["Ensure this field has no more than 3 characters."],
      note: ["This field may not be null."],
      size: ["A valid integer is required."],
    });
  });

  it("asks for nothing in a partial change, and fills nothing in", async () => {
    expect(await outcomeOf(fields, {}, { isPartial: true })).toEqual({});
    expect(await outcomeOf(fields, { text: "" }, { isPartial: true })).toEqual({
      text: ["This field may not be blank."],
    });
  });

  it("does not take what an object inherits for what was sent", async () => {
    expect(await outcomeOf({ toString: charField() }, {})).toEqual({ toString: ["This field is required."] });
    expect(await outcomeOf(fields, JSON.parse('{"__proto__":{"text":"a"}}'))).toEqual({
      text: ["This field is required."],
    });
  });

  it("reads forms: the last value, an unticked box, a dictionary by its keys", async () => {
    const all = { text: charField(), isOn: booleanField(), map: dictField({ child: charField() }) };
    expect(await outcomeOf(all, form(["text", "a"], ["text", "b"], ["map.x", "1"], ["map.y", "2"]))).toEqual({
      text: "b",
      isOn: false,
      map: { x: "1", y: "2" },
    });
    expect(await outcomeOf(fields, form())).toEqual({ text: ["This field is required."] });
    expect(await outcomeOf(fields, form(["text", "  "]))).toEqual({ text: ["This field may not be blank."] });
  });
});
