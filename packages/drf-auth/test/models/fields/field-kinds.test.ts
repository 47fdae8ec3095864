import { describe, expect, test } from "vitest";
import { currentTime, fieldKinds, toDate } from "../../../src/models/index.ts";

describe("a time", () => {
  const { toDatabase, fromDatabase } = fieldKinds.dateTime;

  test.each([
    ["2024-01-02T03:04:05Z", "2024-01-02 03:04:05"],
    ["2024-01-02T03:04:05.123456Z", "2024-01-02 03:04:05.123456"],
    ["2024-01-02T03:04:05.1Z", "2024-01-02 03:04:05.100000"],
    ["2024-01-02T03:04:05.000000Z", "2024-01-02 03:04:05"],
    ["2024-01-02T03:04:05.1234569Z", "2024-01-02 03:04:05.123456"],
    ["2024-01-02T03:04:05.123456+02:00", "2024-01-02 01:04:05.123456"],
    ["2024-01-01T00:30:00-05:30", "2024-01-01 06:00:00"],
    ["2024-12-31T23:30:00-01:00", "2025-01-01 00:30:00"],
    ["2024-02-29T00:00:00Z", "2024-02-29 00:00:00"],
    ["2024-01-02T03:04Z", "2024-01-02 03:04:00"],
    ["2024-01-02", "2024-01-02 00:00:00"],
    ["0001-01-01T00:00:00Z", "0001-01-01 00:00:00"],
    ["9999-12-31T23:59:59.999999Z", "9999-12-31 23:59:59.999999"],
  ])("of %s is stored as Django stores it: %s", (iso, stored) => {
    expect(toDatabase?.(iso, {})).toBe(stored);
  });

  test.each([
    "2024-01-02T03:04:05",
    "2024-02-30T00:00:00Z",
    "2023-02-29T00:00:00+01:00",
    "2024-13-01T00:00:00Z",
    "2024-01-02T24:00:00Z",
    "2024-01-02T03:60:00Z",
    "2024-01-02T03:04:05+99:00",
    "0001-01-01T00:00:00+02:00",
    "9999-12-31T23:59:59-02:00",
    "+010000-01-01T00:00:00Z",
    "2024-1-2T03:04:05Z",
    "2024-01-02 03:04:05Z",
    "Tue Jan 02 2024 03:04:05 GMT+0000",
    "garbageZ",
    "2024-01-02T03:04:05Z; drop table x",
    "",
    new Date(0),
    1_704_164_645_000,
    undefined,
    {},
  ])("cannot be %s", (value) => {
    expect(toDatabase?.(value, {})).toBeUndefined();
  });

  test.each(["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.000001Z", "0999-01-02T03:04:05.123456Z"])(
    "of %s comes back as it was",
    (iso) => {
      expect(fromDatabase?.(toDatabase?.(iso, {}) ?? "", {})).toBe(iso);
    },
  );

  test("sorts as text as it does as a time", () => {
    const times = [
      "2024-01-02T03:04:05Z",
      "2024-01-02T03:04:05.000001Z",
      "2024-01-02T03:04:05.1Z",
      "2024-01-02T03:04:06Z",
    ];
    const stored = times.map((iso) => String(toDatabase?.(iso, {})));
    expect(stored.toSorted()).toEqual(stored);
  });
});

describe("a boolean", () => {
  const { toDatabase, fromDatabase } = fieldKinds.boolean;

  test("is one or zero in the database", () => {
    expect([true, false].map((value) => toDatabase?.(value, {}))).toEqual([1, 0]);
    expect([1, 0].map((value) => fromDatabase?.(value, {}))).toEqual([true, false]);
  });

  test.each(["false", "", 0, 1, undefined, {}])("cannot be %s", (value) => {
    expect(toDatabase?.(value, {})).toBeUndefined();
  });
});

test.each([
  ["auto", {}, "integer"],
  ["bigAuto", {}, "integer"],
  ["boolean", {}, "bool"],
  ["char", { maxLength: 40 }, "varchar(40)"],
  ["dateTime", {}, "datetime"],
  ["email", { maxLength: 254 }, "varchar(254)"],
  ["foreignKey", {}, "bigint"],
  ["integer", {}, "integer"],
  ["oneToOne", {}, "bigint"],
  ["smallInteger", {}, "smallint"],
  ["text", {}, "text"],
] as const)("a column of kind %s has the type that Django gives it", (kind, options, type) => {
  expect(fieldKinds[kind].sqliteType(options)).toBe(type);
});

describe("the current time", () => {
  test("is ISO text in UTC with microseconds, and now", () => {
    const before = Date.now();
    const now = currentTime();
    expect(now).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(toDate(now).valueOf()).toBeGreaterThanOrEqual(before);
    expect(toDate(now).valueOf()).toBeLessThanOrEqual(Date.now());
  });
});

test("toDate cuts microseconds to milliseconds", () => {
  expect(toDate("2024-01-02T03:04:05.123999Z").toISOString()).toBe("2024-01-02T03:04:05.123Z");
});
