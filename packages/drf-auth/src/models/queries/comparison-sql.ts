import { type Expression, sql, type SqlBool } from "kysely";
import type { Dialect } from "../../database/index.ts";
import { keyOf } from "../fields/field-codec.ts";
import type { ColumnPath } from "../model-meta.ts";
import type { Comparison } from "./query-shape.ts";

/** Finds the SQL of a column where a comparison stands. */
export type ColumnOf = (path: ColumnPath) => Expression<unknown>;

/** A column compared with a value, or with what is computed from the same row. */
export function comparisonSql(
  { path, lookup, given, firstIndex, computed }: Comparison,
  columnOf: ColumnOf,
  dialect: Dialect,
): Expression<SqlBool> {
  const column = columnOf(path);
  if (computed) return sql<SqlBool>`${column} ${sql.raw(lookup.shape(given))} ${computed.sql(columnOf)}`;
  return lookup.compile({ sql: column, kind: keyOf(path.field).kind, dialect }, given, firstIndex);
}

/** What stands for a column that is computed. */
export function computedSql({ field, computed }: ColumnPath, columnOf: ColumnOf, dialect: Dialect) {
  const value = computed?.sql(columnOf);
  // A decimal is bound as text, which SQLite takes for a number beside a column, or beside what is cast.
  return value && field.kind === "decimal" && dialect === "sqlite" ? sql`cast(${value} as numeric)` : value;
}
