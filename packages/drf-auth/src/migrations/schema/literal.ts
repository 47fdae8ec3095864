import type { Dialect, SqlValue } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import type { Fill } from "../operations.ts";
import type { Column } from "./table.ts";

/**
 * What a column holds instead of nothing, as SQL has it: in DDL no value can be bound.
 *
 * @throws {ImproperlyConfigured} when the column cannot hold it.
 */
export function literalOf(fill: Fill, column: Column, dialect: Dialect): string {
  const value = column.encode(fill);
  if (value === undefined) {
    throw new ImproperlyConfigured(`fill: ${JSON.stringify(String(fill))} is no value of the column ${column.name}.`);
  }
  return literal(value, dialect, column);
}

function literal(value: SqlValue, dialect: Dialect, { type }: Column): string {
  if (value === null) return "NULL";
  if (typeof value === "number" || typeof value === "bigint") {
    return dialect === "postgresql" && type === "boolean" ? (value ? "true" : "false") : String(value);
  }
  return `'${String(value).replaceAll("'", "''")}'`;
}
