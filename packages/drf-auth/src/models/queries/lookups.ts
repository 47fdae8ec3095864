import { type Expression, sql, type SqlBool } from "kysely";
import type { Dialect, SqlValue } from "../../database/index.ts";
import { type DatePart, dateParts } from "../fields/date-parts.ts";
import type { FieldKind } from "../fields/field.ts";
import { fieldKinds } from "../fields/field-kinds.ts";
import { Parameter } from "./sql.ts";
import { isDay } from "../fields/stored-time.ts";

/** A column that is compared, or a part of it. */
export interface ComparedColumn {
  readonly sql: Expression<unknown>;
  /** Whose values it holds; undefined for a part. */
  readonly kind: FieldKind | undefined;
  readonly dialect: Dialect;
}

/** How a filter compares a column with what was given. */
export interface Lookup {
  /** The values that it binds, from what was given and the way in which the column stores one. */
  readonly values: (given: unknown, encode: (value: unknown) => SqlValue, dialect: Dialect) => readonly SqlValue[];
  /** What tells two shapes of it apart: null compiles to other SQL. */
  readonly shape: (given: unknown) => string;
  /** The part of a day or a time that it compares. */
  readonly part?: DatePart;
  /** Whether it compares text, so that a relation is none for it. */
  readonly isText?: true;
  readonly compile: (column: ComparedColumn, given: unknown, firstIndex: number) => Expression<SqlBool>;
}

/** A value beside a column: PostgreSQL takes it for one of the column's type, and refuses what is too large for that. */
function valueFor({ dialect, kind }: ComparedColumn, given: unknown, index: number) {
  const value = new Parameter(index);
  if (dialect === "sqlite") return kind === "json" ? sql`json(${value})` : sql`${value}`;
  if (isWholeOrWide(kind) && isFraction(given)) return sql`cast(${value} as numeric)`;
  return isWhole(kind) ? sql`cast(${value} as bigint)` : sql`${value}`;
}

/** A column as it is compared: of JSON's text SQLite would compare the spaces, too. */
function comparable({ sql: column, kind, dialect }: ComparedColumn) {
  return dialect === "sqlite" && kind === "json" ? sql`json(${column})` : column;
}

function isWholeOrWide(kind: FieldKind | undefined): boolean {
  return isWhole(kind) || (kind !== undefined && kind !== "duration" && fieldKinds[kind].isWide === true);
}

function isFraction(given: unknown): boolean {
  return typeof given === "number" && !Number.isInteger(given);
}

/** What tells a comparison with a fraction, which is other SQL, from one with a whole number. */
function fractionIn(given: unknown): "" | " fraction" {
  return isFraction(given) ? " fraction" : "";
}

function isWhole(kind: FieldKind | undefined): boolean {
  return kind !== undefined && fieldKinds[kind].isWhole === true;
}

const comparison = (operator: "<" | "<=" | ">" | ">="): Lookup => ({
  values: (given, encode) => {
    if (given === null) throw new TypeError(`Nothing is ${operator} null: write __isnull instead.`);
    return [encode(given)];
  },
  shape: (given) => `${operator}${fractionIn(given)}`,
  compile: (column, given, index) => sql<SqlBool>`${column.sql} ${sql.raw(operator)} ${valueFor(column, given, index)}`,
});

const isNull: Lookup = {
  values: (given) => {
    if (typeof given !== "boolean") throw new TypeError("A filter by __isnull takes true or false.");
    return [];
  },
  shape: (given) => (given ? "null" : "not null"),
  compile: (column, given) => sql<SqlBool>`${column.sql} is ${sql.raw(given ? "null" : "not null")}`,
};

/** Equality, null included: what a filter means that names no lookup. */
export const exact: Lookup = {
  values: (given, encode) => (given === null ? [] : [encode(given)]),
  shape: (given) => (given === null ? "null" : `=${fractionIn(given)}`),
  compile: (column, given, index) =>
    given === null
      ? isNull.compile(column, true, index)
      : sql<SqlBool>`${comparable(column)} = ${valueFor(column, given, index)}`,
};

/** Equality with one of any number of keys, which come as the text of an array of PostgreSQL's; of no other kind than keys are. */
export const oneOfKeys: Lookup = {
  values: (given, encode) => [encode(given)],
  shape: () => "= any",
  compile: ({ sql: column, kind }, _given, index) => {
    const type = kind === "uuid" ? "uuid" : "bigint";
    return sql<SqlBool>`${column} = any(cast(${new Parameter(index)} as ${sql.raw(type)}[]))`;
  },
};

/**
 * A pattern around the text that is looked for. SQLite's LIKE takes the letters A to Z for equal in both cases, and no
 * others: so does Django on it, for the lookups with an `i` and for those without. PostgreSQL tells all cases apart.
 */
const like = (before: "" | "%", after: "" | "%", isAnyCase: boolean): Lookup => ({
  values: (given) => {
    if (typeof given === "number" || typeof given === "bigint") return [`${before}${given}${after}`];
    if (typeof given === "string") return [`${before}${given.replace(/[\\%_]/g, "\\$&")}${after}`];
    throw new TypeError("A filter that compares text takes text or a number.");
  },
  shape: () => (isAnyCase ? "ilike" : "like"),
  isText: true,
  compile: (column, _given, index) => {
    const pattern = new Parameter(index);
    if (column.dialect === "sqlite") {
      // It keeps a UUID without its hyphens.
      const sought = column.kind === "uuid" ? sql`replace(${pattern}, '-', '')` : pattern;
      return sql<SqlBool>`${column.sql} like ${sought} escape '\\'`;
    }
    const text = textOf(column);
    if (!isAnyCase) return sql<SqlBool>`${text} like ${pattern} escape '\\'`;
    return sql<SqlBool>`upper(${text}) like upper(${pattern}) escape '\\'`;
  },
});

/** As Django compares what is no text with text. */
function textOf({ kind, sql: column }: ComparedColumn) {
  return kind === "ip" ? sql`host(${column})` : sql`cast(${column} as text)`;
}

const contains = like("%", "%", false);
const startsWith = like("", "%", false);
const endsWith = like("%", "", false);
const equalText = like("", "", true);

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
  icontains: like("%", "%", true),
  iendswith: like("%", "", true),
  iexact: {
    ...equalText,
    values: (given, encode, dialect) => (given === null ? [] : equalText.values(given, encode, dialect)),
    shape: (given) => (given === null ? "null" : equalText.shape(given)),
    compile: (column, given, index) =>
      given === null ? isNull.compile(column, true, index) : equalText.compile(column, given, index),
  },
  in: {
    // As one value: a list of any length is the same statement, and there is no limit of values a statement to meet.
    values: (given, encode, dialect) => {
      const values = listOf(given).map(encode);
      return [dialect === "sqlite" ? jsonOf(values) : arrayOf(values)];
    },
    shape: (given) => `in${(given as readonly unknown[]).some(isFraction) ? " fraction" : ""}`,
    compile: (column, given, index) => {
      const { sql: compared, kind, dialect } = column;
      const list = new Parameter(index);
      if (dialect === "sqlite") {
        const value = sql.ref("value");
        const one = kind === "json" ? sql`json(${value})` : value;
        return sql<SqlBool>`${comparable(column)} in (select ${one} from json_each(${list}))`;
      }
      if (!isWholeOrWide(kind)) return sql<SqlBool>`${compared} = any(${list})`;
      const type = (given as readonly unknown[]).some(isFraction) ? "numeric" : "bigint";
      return sql<SqlBool>`${compared} = any(cast(${list} as ${sql.raw(type)}[]))`;
    },
  },
  isnull: isNull,
  istartswith: like("", "%", true),
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
    shape: (given) => `range${(given as readonly unknown[]).map(fractionIn).join()}`,
    compile: (column, given, index) => {
      const [from, to] = given as readonly unknown[];
      return sql<SqlBool>`${column.sql} between ${valueFor(column, from, index)} and ${valueFor(column, to, index + 1)}`;
    },
  },
  startswith: startsWith,
});

const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?$/;

/** What a part is compared with is given as it stands: a number, or the text of a day or a time of day. */
function encodedPart(part: DatePart, value: unknown): SqlValue {
  const isOfPart =
    part === "date" || part === "time"
      ? typeof value === "string" && (part === "date" ? isDay(value) : TIME_OF_DAY.test(value))
      : typeof value === "number" && Number.isFinite(value);
  if (isOfPart) return value as SqlValue;
  throw new TypeError(
    part === "date" || part === "time"
      ? `${part} is compared with ${part === "date" ? '"YYYY-MM-DD"' : '"hh:mm:ss"'}, not with ${JSON.stringify(value)}.`
      : `${part} is compared with a number, not with ${JSON.stringify(value)}.`,
  );
}

function partLookup(part: DatePart, { values, shape, compile }: Lookup): Lookup {
  return {
    part,
    values: (given, _encode, dialect) => values(given, (value) => encodedPart(part, value), dialect),
    shape: (given) => `${part} ${shape(given)}`,
    compile: ({ sql: column, dialect }, given, index) =>
      compile({ sql: dateParts[dialect][part](column), kind: undefined, dialect }, given, index),
  };
}

const comparisons = ["gt", "gte", "in", "lt", "lte", "range"] as const satisfies readonly PartComparison[];

/** The lookups by name, as Django's; a filter without one is `exact`. */
export const lookups: Readonly<Record<LookupName, Lookup>> = Object.freeze({
  ...plainLookups,
  ...(Object.fromEntries(
    (Object.keys(dateParts.sqlite) as DatePart[]).flatMap((part) => [
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

/** An array as PostgreSQL reads it from text. */
function arrayOf(values: readonly SqlValue[]): string {
  const texts = values.map((value) => (value === null ? "NULL" : `"${String(value).replace(/["\\]/g, "\\$&")}"`));
  return `{${texts.join()}}`;
}
