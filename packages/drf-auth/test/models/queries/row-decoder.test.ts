import { describe, expect, test } from "vitest";
import { field, model, rowDecoder } from "../../../src/models/index.ts";
import { Book, registryOf } from "../library.ts";

describe("rowDecoder", () => {
  const meta = registryOf(Book).meta(Book);

  test("reads the columns in the model's order, with booleans and times as a row holds them", () => {
    const stored = [
      1,
      "It",
      null,
      "",
      "a@b.c",
      3,
      0,
      5,
      null,
      null,
      null,
      "2024-01-02 03:04:05",
      "2024-01-02 03:04:05.000001",
    ];
    expect(rowDecoder(meta).decode(stored)).toEqual({
      id: 1,
      title: "It",
      subtitle: null,
      blurb: "",
      contact: "a@b.c",
      pages: 3,
      is_lent: false,
      author_id: 5,
      editor_id: null,
      sequel_of_id: null,
      printed_at: null,
      created_at: "2024-01-02T03:04:05Z",
      updated_at: "2024-01-02T03:04:05.000001Z",
    });
  });

  test("is made once a model", () => {
    expect(rowDecoder(meta)).toBe(rowDecoder(meta));
    expect(rowDecoder(registryOf(Book).meta(Book))).not.toBe(rowDecoder(meta));
  });

  test("reads a column named as a member of Object", () => {
    const Odd = model("library.Odd", { constructor: field.text() });
    const row = rowDecoder(registryOf(Odd).meta(Odd)).decode([1, "own"]);
    expect(Object.entries(row)).toEqual([
      ["id", 1],
      ["constructor", "own"],
    ]);
  });
});
