import { sql } from "kysely";
import { ImproperlyConfigured } from "../../errors.ts";
import { textOf } from "./condition-on.ts";
import { kindOf } from "../fields/field-codec.ts";
import type { QueryShape } from "./query-shape.ts";
import { selectSql } from "./query-sql.ts";
import type { Selection } from "./selection.ts";
import { sqlBuilders } from "./sql.ts";

/**
 * Selects the different rows of some columns, in an order of these.
 *
 * @throws {ImproperlyConfigured} when another column says which comes first: rows that are alike may differ in that.
 * @throws {TypeError} when the rows would be held: what is selected are none of the table's.
 */
export function differentValuesSql(shape: QueryShape, selection: Selection) {
  if (shape.lock) throw new TypeError("distinct: selectForUpdate() holds rows, and these are values of several.");
  const rows = selectSql({ ...shape, ordering: [] }, selection, undefined).distinct();
  // The model's own order is asked for by nobody.
  const isOwn = shape.ordering === shape.meta.ordering;
  const texts = selection.paths.map(textOf);
  const parts = shape.ordering.map((part) => ({ part, index: texts.indexOf(textOf(part)) }));
  const missing = parts.find(({ index }) => index < 0);
  if (missing && !isOwn) {
    const name = textOf(missing.part);
    throw new ImproperlyConfigured(
      `distinct: "${name}" is not among the values, so these cannot be ordered by it. Name it there too, or leave the order out.`,
    );
  }
  if (parts.length === 0 || missing) return rows;
  let query = sqlBuilders[shape.dialect].selectFrom(rows.as("different")).selectAll();
  for (const { part, index } of parts) {
    const column = sql.ref(`different.c${index}`);
    // Read as text, which comes in another order.
    const value = kindOf(part.field).isWide ? sql`cast(${column} as bigint)` : column;
    query = query.orderBy(value, part.isDescending ? "desc" : "asc");
  }
  return query;
}
