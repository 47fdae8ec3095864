import { type Expression, sql, type SqlBool } from "kysely";
import type { SqlValue } from "../database/index.ts";
import { Parameter } from "./sql.ts";

/** How a filter compares a column with what was given. */
export interface Lookup {
  /** The values that it binds, from what was given and the way in which the column stores one. */
  readonly values: (given: unknown, encode: (value: unknown) => SqlValue) => readonly SqlValue[];
  /** What tells two shapes of it apart: null compiles to other SQL. */
  readonly shape: (given: unknown) => string;
  /** Whether it compares text, so that a relation is none for it. */
  readonly isText?: true;
  readonly compile: (column: Expression<unknown>, given: unknown, firstIndex: number) => Expression<SqlBool>;
}

const comparison = (operator: "<" | "<=" | ">" | ">="): Lookup => ({
  values: (given, encode) => {
    if (given === null) throw new TypeError(`Nothing is ${operator} null: write __isnull instead.`);
    return [encode(given)];
  },
  shape: () => operator,
  compile: (column, _given, index) => sql<SqlBool>`${column} ${sql.raw(operator)} ${new Parameter(index)}`,
});

const isNull: Lookup = {
  values: (given) => {
    if (typeof given !== "boolean") throw new TypeError("A filter by __isnull takes true or false.");
    return [];
  },
  shape: (given) => (given ? "null" : "not null"),
  compile: (column, given) => sql<SqlBool>`${column} is ${sql.raw(given ? "null" : "not null")}`,
};

/** Equality, null included: what a filter means that names no lookup. */
export const exact: Lookup = {
  values: (given, encode) => (given === null ? [] : [encode(given)]),
  shape: (given) => (given === null ? "null" : "="),
  compile: (column, given, index) =>
    given === null ? isNull.compile(column, true, index) : sql<SqlBool>`${column} = ${new Parameter(index)}`,
};

/**
 * A pattern around the text that is looked for. SQLite's LIKE takes the letters A to Z for equal in both cases, and no
 * others: so does Django on it, for the lookups with an `i` and for those without.
 */
const like = (before: "" | "%", after: "" | "%"): Lookup => ({
  values: (given) => {
    if (typeof given === "number" || typeof given === "bigint") return [`${before}${given}${after}`];
    if (typeof given === "string") return [`${before}${given.replace(/[\\%_]/g, "\\$&")}${after}`];
    throw new TypeError("A filter that compares text takes text or a number.");
  },
  shape: () => "like",
  isText: true,
  compile: (column, _given, index) => sql<SqlBool>`${column} like ${new Parameter(index)} escape '\\'`,
});

const contains = like("%", "%");
const startsWith = like("", "%");
const endsWith = like("%", "");
const equalText = like("", "");

/** The parts of a day or a time by which rows may be compared, as Django's. */
export type DatePart =
  | "date"
  | "day"
  | "hour"
  | "iso_week_day"
  | "iso_year"
  | "minute"
  | "month"
  | "quarter"
  | "second"
  | "time"
  | "week"
  | "week_day"
  | "year";

type PartComparison = "gt" | "gte" | "in" | "lt" | "lte" | "range";

/** The names of the lookups, as Django's. */
export type LookupName = PlainLookupName | DatePart | `${DatePart}__${PartComparison}`;

type PlainLookupName =
  | "contains"
  | "endswith"
  | "exact"
  | "gt"
  | "gte"
  | "icontains"
  | "iendswith"
  | "iexact"
  | "in"
  | "isnull"
  | "istartswith"
  | "lt"
  | "lte"
  | "range"
  | "startswith";

const plainLookups: Readonly<Record<PlainLookupName, Lookup>> = Object.freeze({
  contains,
  endswith: endsWith,
  exact,
  gt: comparison(">"),
  gte: comparison(">="),
  icontains: contains,
  iendswith: endsWith,
  iexact: {
    ...equalText,
    values: (given, encode) => (given === null ? [] : equalText.values(given, encode)),
    shape: (given) => (given === null ? "null" : "like"),
    compile: (column, given, index) =>
      given === null ? isNull.compile(column, true, index) : equalText.compile(column, given, index),
  },
  in: {
    // As one value: a list of any length is the same statement, and there is no limit of values a statement to meet.
    values: (given, encode) => [jsonOf(listOf(given).map(encode))],
    shape: () => "in",
    compile: (column, _given, index) =>
      sql<SqlBool>`${column} in (select value from json_each(${new Parameter(index)}))`,
  },
  isnull: isNull,
  istartswith: startsWith,
  lt: comparison("<"),
  lte: comparison("<="),
  range: {
    values: (given, encode) => {
      const [from, to, ...more] = Array.isArray(given) ? (given as readonly unknown[]) : [];
      if (from === undefined || to === undefined || from === null || to === null || more.length > 0) {
        throw new TypeError("A filter by __range takes a list of two values, and neither is null.");
      }
      return [encode(from), encode(to)];
    },
    shape: () => "range",
    compile: (column, _given, index) =>
      sql<SqlBool>`${column} between ${new Parameter(index)} and ${new Parameter(index + 1)}`,
  },
  startswith: startsWith,
});

type Column = Expression<unknown>;

const whole =
  (format: string) =>
  (column: Column): Column =>
    sql`cast(strftime(${sql.lit(format)}, ${column}) as integer)`;

/** How SQLite takes a part out of what Django stores there: `2024-01-01 12:00:00.123456`, or a part of it. */
const parts: Readonly<Record<DatePart, (column: Column) => Column>> = Object.freeze({
  date: (column: Column) => sql`substr(${column}, 1, 10)`,
  day: whole("%d"),
  hour: whole("%H"),
  iso_week_day: whole("%u"),
  iso_year: whole("%G"),
  minute: whole("%M"),
  month: whole("%m"),
  quarter: (column: Column) => sql`((cast(strftime('%m', ${column}) as integer) + 2) / 3)`,
  second: whole("%S"),
  time: (column: Column) => sql`substr(${column}, 12)`,
  week: whole("%V"),
  // Django's weeks begin on Sunday with 1.
  week_day: (column: Column) => sql`(cast(strftime('%w', ${column}) as integer) + 1)`,
  year: whole("%Y"),
});

/** Tells a part of a day or a time from other names. */
export function isDatePart(name: string): name is DatePart {
  return Object.hasOwn(parts, name);
}

/** What a part is compared with is given as it stands: a number, or the text of a day or a time of day. */
function encodedPart(value: unknown): SqlValue {
  if (typeof value === "number" || typeof value === "string") return value;
  throw new TypeError("A part of a time is compared with a number, or with the text of a day or a time of day.");
}

function partLookup(part: DatePart, { values, shape, compile }: Lookup): Lookup {
  return {
    values: (given) => values(given, encodedPart),
    shape: (given) => `${part} ${shape(given)}`,
    compile: (column, given, index) => compile(parts[part](column), given, index),
  };
}

const comparisons = ["gt", "gte", "in", "lt", "lte", "range"] as const satisfies readonly PartComparison[];

/** The lookups by name, as Django's; a filter without one is `exact`. */
export const lookups: Readonly<Record<LookupName, Lookup>> = Object.freeze({
  ...plainLookups,
  ...(Object.fromEntries(
    (Object.keys(parts) as DatePart[]).flatMap((part) => [
      [part, partLookup(part, exact)],
      ...comparisons.map((name) => [`${part}__${name}`, partLookup(part, plainLookups[name])]),
    ]),
  ) as Record<Exclude<LookupName, PlainLookupName>, Lookup>),
});

/** Splits `created_at__gte` or `created_at__year__gte` into the path and its lookup. */
export function splitLookup(name: string): { path: string; lookup: Lookup } {
  const names = name.split("__");
  for (const count of [2, 1]) {
    const last = names.slice(-count).join("__");
    if (names.length > count && isLookupName(last))
      return { path: names.slice(0, -count).join("__"), lookup: lookups[last] };
  }
  return { path: name, lookup: exact };
}

function isLookupName(name: string): name is LookupName {
  return Object.hasOwn(lookups, name);
}

function listOf(given: unknown): readonly unknown[] {
  if (Array.isArray(given)) return given;
  throw new TypeError("A filter by __in takes a list of values.");
}

function jsonOf(values: readonly SqlValue[]): string {
  return `[${values.map((value) => (typeof value === "string" ? JSON.stringify(value) : String(value))).join()}]`;
}
