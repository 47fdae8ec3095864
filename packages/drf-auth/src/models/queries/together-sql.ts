import { type Expression, expressionBuilder, sql, type SqlBool } from "kysely";
import { comparisonSql, computedSql } from "./comparison-sql.ts";
import type { ColumnPath, ModelMeta } from "../model-meta.ts";
import type { Comparison, QueryShape, Together, Within } from "./query-shape.ts";
import { sqlBuilders } from "./sql.ts";

interface Join {
  readonly table: string;
  readonly alias: string;
  readonly own: string;
  readonly other: string;
}

/** What all of several groups ask: by joins of its own, each way once, in a subquery of which the row has one row at least. */
export function togetherSql({ meta, dialect }: QueryShape, { together }: Together): Expression<SqlBool> {
  const { and, or } = expressionBuilder<never>();
  const joins = new Map<string, Join>();
  const joined = (own: string, to: ModelMeta, column: string): string => {
    const way = `${own} ${to.table}.${column}`;
    const known = joins.get(way);
    if (known) return known.alias;
    const alias = `joined${joins.size + 1}`;
    joins.set(way, { table: `${to.table} as ${alias}`, alias, own, other: `${alias}.${column}` });
    return alias;
  };
  const nameOf = (from: string, { relations, field }: ColumnPath): string => {
    let at = from;
    for (const { related, column } of relations) {
      if (related) at = joined(`${at}.${column}`, related, related.primaryKey.column);
    }
    return `${at}.${field.column}`;
  };
  const columnAt = (from: string, path: ColumnPath): Expression<unknown> =>
    computedSql(path, (inner) => columnAt(from, inner), dialect) ?? sql.ref(nameOf(from, path));
  const compared = (from: string, condition: Comparison | Within): Expression<SqlBool> => {
    if ("lookup" in condition) return comparisonSql(condition, (path) => columnAt(from, path), dialect);
    const { path, through, source, inner, isNot } = condition;
    const many = joined(nameOf(from, path), through, source.column);
    if (inner) return compared(many, inner);
    return sql<SqlBool>`${sql.ref(`${many}.${source.column}`)} is ${sql.raw(isNot ? "null" : "not null")}`;
  };
  const met = and(together.map((group) => or(group.map((one) => compared("joined0", one)))));
  let query = sqlBuilders[dialect].selectFrom(`${meta.table} as joined0`).select(sql.lit(1).as("one"));
  for (const { table, own, other } of joins.values()) query = query.leftJoin(table, other, own);
  const key = meta.primaryKey.column;
  return sql<SqlBool>`exists ${query.whereRef(`joined0.${key}`, "=", `${meta.table}.${key}`).where(met)}`;
}
