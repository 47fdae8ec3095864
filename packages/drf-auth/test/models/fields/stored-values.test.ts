import { describe, expect, test } from "vitest";
import { ImproperlyConfigured } from "../../../src/errors.ts";
import { field, fieldOf, model } from "../../../src/models/index.ts";
import { encodedValue, insertValues, updateValues } from "../../../src/models/fields/stored-values.ts";
import { Book, registryOf } from "../library.ts";

const meta = registryOf(Book).meta(Book);
const inserted = (given: object) =>
  Object.fromEntries(insertValues(meta, { title: "It", author: 1, ...given } as never, "sqlite"));
const updated = (given: object) => Object.fromEntries(updateValues(meta, given as never, "sqlite"));
const storedNow = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$/);

describe("insertValues", () => {
  test("fills in defaults, the empty text, null and the clock, in the order of the columns", () => {
    expect(insertValues(meta, { author: 1, title: "It" }, "sqlite")).toEqual([
      ["title", "It"],
      ["subtitle", null],
      ["blurb", ""],
      ["contact", "hello@example.com"],
      ["pages", null],
      ["is_lent", 0],
      ["author_id", 1],
      ["editor_id", null],
      ["sequel_of_id", null],
      ["printed_at", null],
      ["created_at", storedNow],
      ["updated_at", storedNow],
    ]);
  });

  test("takes a relation by its name or by its column", () => {
    expect(inserted({ editor: 2 })).toMatchObject({ editor_id: 2 });
    expect(inserted({ editor_id: 2 })).toMatchObject({ editor_id: 2 });
    expect(inserted({ editor: null })).toMatchObject({ editor_id: null });
  });

  test("stores the clock's time in a field that follows it, whatever is given", () => {
    const [given, now] = ["2001-01-01T00:00:00Z", new Date().toISOString().slice(0, 10)];
    const values = inserted({ created_at: given, updated_at: given, printed_at: given });
    expect(values["printed_at"]).toBe("2001-01-01 00:00:00");
    for (const name of ["created_at", "updated_at"]) expect(values[name]).toContain(now);
  });

  test("stores the time now where that is the default, or another that is given", () => {
    const Event = model("library.Event", { starts_at: field.dateTime({ default: "now" }) });
    const event = registryOf(Event).meta(Event);
    expect(insertValues(event, {}, "sqlite")).toEqual([["starts_at", storedNow]]);
    expect(insertValues(event, { starts_at: "2001-01-01T00:00:00Z" }, "sqlite")).toEqual([
      ["starts_at", "2001-01-01 00:00:00"],
    ]);
  });

  test("takes a primary key that is given, and leaves one that counts up to the database", () => {
    expect(inserted({ id: 7 })).toMatchObject({ id: 7 });
    expect(inserted({})).not.toHaveProperty("id");
  });

  test("takes no default from Object for a field named as one of its members", () => {
    const Odd = model("library.Odd", { constructor: field.integer({ null: true }), valueof: field.text() });
    expect(insertValues(registryOf(Odd).meta(Odd), {}, "sqlite")).toEqual([
      ["constructor", null],
      ["valueof", ""],
    ]);
  });

  test.each([
    ["nmae", 'library.Book has no field "nmae" to store.'],
    ["titel", 'Did you mean "title"?'],
    ["__proto__", 'library.Book has no field "__proto__" to store.'],
    ['title" = 1; --', "has no field"],
  ])("refuses the name %s", (name, message) => {
    const given = JSON.parse(`{${JSON.stringify(name)}: 1}`) as Record<string, unknown>;
    expect(() => insertValues(meta, given, "sqlite")).toThrow(ImproperlyConfigured);
    expect(() => insertValues(meta, given, "sqlite")).toThrow(message);
    expect(() => updateValues(meta, given, "sqlite")).toThrow(message);
  });
});

describe("a value that a field cannot hold", () => {
  const values: [string, unknown][] = [
    ["title", undefined],
    ["title", 5],
    ["title", true],
    ["title", new Date(0)],
    ["title", { toString: () => "It" }],
    ["subtitle", undefined],
    ["blurb", Uint8Array.of(1)],
    ["contact", ["a@example.com"]],
    ["pages", "5"],
    ["pages", "five"],
    ["pages", 1.5],
    ["pages", Number.NaN],
    ["pages", Number.POSITIVE_INFINITY],
    ["pages", 2 ** 53],
    ["pages", 2n ** 64n],
    ["pages", true],
    ["pages", undefined],
    ["pages", [5]],
    ["author", { id: 1 }],
    ["author", "1"],
    ["is_lent", 1],
    ["is_lent", "false"],
    ["is_lent", undefined],
    ["printed_at", new Date(0)],
    ["printed_at", "tomorrow"],
    ["printed_at", undefined],
  ];

  test.each(values)("is refused for %s: %s", (name, value) => {
    const message = new RegExp(`^${name} is a \\w+ field and cannot hold this value of type ${typeof value}\\.$`);
    expect(() => inserted({ [name]: value })).toThrow(message);
    expect(() => updated({ [name]: value })).toThrow(message);
  });

  test("is null where a field is not null", () => {
    expect(() => inserted({ title: null })).toThrow("title may not be null.");
    expect(() => updated({ author: null })).toThrow("author may not be null.");
    expect(() => updated({ is_lent: null })).toThrow("is_lent may not be null.");
  });
});

describe("updateValues", () => {
  test("stores what is given and what follows the clock, in the order of the columns", () => {
    expect(updateValues(meta, { pages: 3, title: "It" }, "sqlite")).toEqual([
      ["title", "It"],
      ["pages", 3],
      ["updated_at", storedNow],
    ]);
  });

  test("follows the clock though nothing, or another time, is given", () => {
    expect(updated({})).toEqual({ updated_at: storedNow });
    expect(updated({ updated_at: "2001-01-01T00:00:00Z" })["updated_at"]).not.toContain("2001");
  });

  test("changes the time of making when told to, as Django does", () => {
    expect(updated({ created_at: "2001-01-01T00:00:00Z" })).toMatchObject({ created_at: "2001-01-01 00:00:00" });
  });

  test("takes a relation by its column too, and null where that may be", () => {
    expect(updated({ editor_id: 3 })).toMatchObject({ editor_id: 3 });
    expect(updated({ editor: null })).toMatchObject({ editor_id: null });
  });
});

describe("encodedValue", () => {
  test.each([
    ["pages", "5", "5"],
    ["pages", 1.5, 1.5],
    ["pages", 2n ** 60n, 2n ** 60n],
    ["author", 3, 3],
    ["title", "", ""],
    ["is_lent", true, 1],
    ["printed_at", "2024-01-02T03:04:05Z", "2024-01-02 03:04:05"],
    ["pages", null, null],
    ["is_lent", null, null],
  ])("compares %s with %s", (name, value, encoded) => {
    expect(encodedValue(fieldOf(meta, name, "filter"), value, "sqlite")).toBe(encoded);
  });

  test.each([
    ["title", 5],
    ["pages", Number.NaN],
    ["author", { id: 1 }],
    ["is_lent", "true"],
    ["printed_at", "yesterday"],
  ])("compares %s with no %s", (name, value) => {
    expect(() => encodedValue(fieldOf(meta, name, "filter"), value, "sqlite")).toThrow(`${name} is a `);
  });

  test("takes a relation for what its key is", () => {
    const Country = model("library.Country", { code: field.char({ maxLength: 2, primaryKey: true }) });
    const City = model("library.City", { country: field.foreignKey(Country, { onDelete: "cascade" }) });
    const city = registryOf(Country, City).meta(City);
    expect(insertValues(city, { country: "fr" }, "sqlite")).toEqual([["country_id", "fr"]]);
    expect(() => insertValues(city, { country: 33 }, "sqlite")).toThrow("cannot hold");
  });
});
