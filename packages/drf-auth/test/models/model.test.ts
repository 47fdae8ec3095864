import { describe, expect, test } from "vitest";
import { ImproperlyConfigured } from "../../src/errors.ts";
import { field, isRelation, model } from "../../src/models/index.ts";

describe("model", () => {
  test("runs no getter: the other model may not exist yet", () => {
    const Word = model("words.Word", {
      get owner() {
        return expect.unreachable("a getter was run");
      },
    });
    expect(Object.keys(Word.fields)).toEqual(["owner"]);
  });

  test("cannot be changed", () => {
    const Word = model("words.Word", { text: field.text() });
    expect(() => Object.assign(Word, { name: "words.Other" })).toThrow(TypeError);
  });

  test.each(["words.HTTPRequest", "my_app2.Word_2", "w.W"] as const)("may be named %s", (name) => {
    expect(model(name, {}).name).toBe(name);
  });

  test.each([
    "words.word",
    "Words.Word",
    "words.",
    ".Word",
    "words.Word.Extra",
    "words. Word",
    'words.Word"; drop',
    "1w.Word",
  ])("is not named %s", (name) => {
    expect(() => model(name as "a.B", {})).toThrow(ImproperlyConfigured);
    expect(() => model(name as "a.B", {})).toThrow('such as "words.Word"');
  });
});

test("isRelation tells relations from other fields", () => {
  const relations = [
    field.foreignKey("self", { onDelete: "cascade" }),
    field.oneToOne("user", { onDelete: "cascade" }),
  ];
  expect(relations.map(isRelation)).toEqual([true, true]);
  expect([field.text(), field.integer()].map(isRelation)).toEqual([false, false]);
});
