import { expect, it } from "vitest";
import { dateTimeField } from "../../../src/serializers/index.ts";
import { outcome } from "./valid.ts";

it.each([
  ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"],
  ["2026-01-02 03:04", "2026-01-02T03:04:00Z"],
  ["2026-01-02", "2026-01-02T00:00:00Z"],
  ["2026-01-02T03:04:05.123456+02:00", "2026-01-02T01:04:05.123456Z"],
  ["2026-01-02T03:04:05,1234567-0130", "2026-01-02T04:34:05.123456Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"],
])("%s is taken as %s", async (value, iso) => expect(await outcome(dateTimeField(), value)).toBe(iso));

it.each(["", "x", "2026-13-01", "2026-02-30", "2026-01-02T24:00", "2026-01-02T03:60", "0000-01-01", 1, true, []])(
  "%j is refused",
  async (value) => {
    expect(await outcome(dateTimeField(), value)).toEqual([
      "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].",
    ]);
  },
);

it.each(["9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00"])("%s is out of range", async (value) => {
  expect(await outcome(dateTimeField(), value)).toEqual(["Datetime value out of range."]);
});
