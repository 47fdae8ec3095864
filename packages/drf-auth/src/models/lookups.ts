import { type Expression, sql, type SqlBool } from "kysely";
import { ImproperlyConfigured } from "../errors.ts";
import { didYouMean } from "../settings.ts";
import { Parameter } from "./sql.ts";

/** How a filter compares a column with what was given. */
export interface Lookup {
  /** How many values it takes from what was given, before anything is compiled. */
  readonly values: (given: unknown) => readonly unknown[];
  /** What tells two shapes of it apart: null and lists compile to other SQL. */
  readonly shape: (given: unknown) => string;
  readonly compile: (column: Expression<unknown>, given: unknown, firstIndex: number) => Expression<SqlBool>;
}

const comparison = (operator: "<" | "<=" | ">" | ">="): Lookup => ({
  values: (given) => [given],
  shape: () => operator,
  compile: (column, _given, index) => sql<SqlBool>`${column} ${sql.raw(operator)} ${new Parameter(index)}`,
});

const isNull: Lookup = {
  values: () => [],
  shape: (given) => (given ? "null" : "not null"),
  compile: (column, given) => sql<SqlBool>`${column} is ${sql.raw(given ? "null" : "not null")}`,
};

/** The lookups by name, as Django's; a filter without one is `exact`. */
export const lookups: Readonly<Record<string, Lookup>> = Object.freeze({
  exact: {
    values: (given) => (given === null ? [] : [given]),
    shape: (given) => (given === null ? "null" : "="),
    compile: (column, given, index) =>
      given === null ? isNull.compile(column, true, index) : sql<SqlBool>`${column} = ${new Parameter(index)}`,
  },
  gt: comparison(">"),
  gte: comparison(">="),
  in: {
    values: (given) => listOf(given),
    shape: (given) => `in ${listOf(given).length}`,
    compile: (column, given, index) => {
      const places = listOf(given).map((_, offset) => sql`${new Parameter(index + offset)}`);
      return places.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`${column} in (${sql.join(places)})`;
    },
  },
  isnull: isNull,
  lt: comparison("<"),
  lte: comparison("<="),
} satisfies Record<string, Lookup>);

/** Splits `created_at__gte` into the path and its lookup. */
export function splitLookup(name: string): { path: string; lookup: Lookup } {
  const at = name.lastIndexOf("__");
  const last = at === -1 ? "" : name.slice(at + 2);
  const lookup = lookups[last];
  if (at !== -1 && Object.hasOwn(lookups, last) && lookup) return { path: name.slice(0, at), lookup };
  const exact = lookups["exact"];
  if (!exact) throw new ImproperlyConfigured(`No lookup is named "exact".${didYouMean("exact", Object.keys(lookups))}`);
  return { path: name, lookup: exact };
}

function listOf(given: unknown): readonly unknown[] {
  if (Array.isArray(given)) return given;
  throw new TypeError("A filter by __in takes a list of values.");
}
