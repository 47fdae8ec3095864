import { type Expression, sql, type SqlBool } from "kysely";
import type { SqlValue } from "../database/index.ts";
import { Parameter } from "./sql.ts";

/** How a filter compares a column with what was given. */
export interface Lookup {
  /** The values that it binds, from what was given and the way in which the column stores one. */
  readonly values: (given: unknown, encode: (value: unknown) => SqlValue) => readonly SqlValue[];
  /** What tells two shapes of it apart: null compiles to other SQL. */
  readonly shape: (given: unknown) => string;
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

/** The lookups by name, as Django's; a filter without one is `exact`. */
export const lookups: Readonly<Record<string, Lookup>> = Object.freeze({
  exact,
  gt: comparison(">"),
  gte: comparison(">="),
  in: {
    // As one value: a list of any length is the same statement, and there is no limit of values a statement to meet.
    values: (given, encode) => [jsonOf(listOf(given).map(encode))],
    shape: () => "in",
    compile: (column, _given, index) =>
      sql<SqlBool>`${column} in (select value from json_each(${new Parameter(index)}))`,
  },
  isnull: isNull,
  lt: comparison("<"),
  lte: comparison("<="),
});

/** Splits `created_at__gte` into the path and its lookup. */
export function splitLookup(name: string): { path: string; lookup: Lookup } {
  const at = name.lastIndexOf("__");
  const last = at === -1 ? "" : name.slice(at + 2);
  const lookup = Object.hasOwn(lookups, last) ? lookups[last] : undefined;
  if (at !== -1 && lookup) return { path: name.slice(0, at), lookup };
  return { path: name, lookup: exact };
}

function listOf(given: unknown): readonly unknown[] {
  if (Array.isArray(given)) return given;
  throw new TypeError("A filter by __in takes a list of values.");
}

function jsonOf(values: readonly SqlValue[]): string {
  return `[${values.map((value) => (typeof value === "string" ? JSON.stringify(value) : String(value))).join()}]`;
}
