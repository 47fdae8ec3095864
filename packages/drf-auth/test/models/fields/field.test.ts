import { describe, expect, test } from "vitest";
import { field } from "../../../src/models/index.ts";

describe("the makers of fields", () => {
  test("give plain data: a kind and what was asked for", () => {
    expect(field.char({ maxLength: 10, null: true })).toEqual({ kind: "char", options: { maxLength: 10, null: true } });
    expect(field.text()).toEqual({ kind: "text", options: {} });
    expect(field.integer({ default: 0 })).toEqual({ kind: "integer", options: { default: 0 } });
    expect(field.boolean({ default: false })).toEqual({ kind: "boolean", options: { default: false } });
  });

  test("bound an email's length as Django does, unless another is asked for", () => {
    expect(field.email().options.maxLength).toBe(254);
    expect(field.email({ maxLength: 100 }).options.maxLength).toBe(100);
  });

  test.each([{ autoNow: true }, { autoNowAdd: true }])(
    "let nobody edit a time that follows the clock: %o",
    (options) => {
      expect(field.dateTime(options).options).toEqual({ blank: true, editable: false, ...options });
      expect(field.dateTime({ autoNow: false, default: "now" }).options).toEqual({ autoNow: false, default: "now" });
    },
  );

  test("make a relation to a model, to the same model or to the user", () => {
    expect(field.foreignKey("self", { onDelete: "cascade" })).toEqual({
      kind: "foreignKey",
      to: "self",
      options: { onDelete: "cascade" },
    });
    expect(field.oneToOne("user", { onDelete: "protect" })).toEqual({
      kind: "oneToOne",
      to: "user",
      options: { onDelete: "protect", unique: true },
    });
  });
});
