import { type Expression, expressionBuilder, sql, type SqlBool } from "kysely";
import { comparisonSql, computedSql } from "./comparison-sql.ts";
import { joinAlias } from "./column-path.ts";
import { kindOf } from "../fields/field-codec.ts";
import type { ColumnPath, Computed, FieldMeta, Ordering } from "../model-meta.ts";
import type { AnyOf, Comparison, Condition, NotAll, QueryShape, Within } from "./query-shape.ts";
import type { Selection } from "./selection.ts";
import { lockSql } from "./row-lock.ts";
import { Parameter, sqlBuilders } from "./sql.ts";
import { togetherSql } from "./together-sql.ts";

/** Rows that are alike in some columns, and what is computed over each group of them. */
export interface Grouping {
  readonly groups: readonly ColumnPath[];
  readonly aggregates: readonly ColumnPath[];
  readonly ordering: readonly Ordering[];
}

/** Selects columns of the rows, in order; with a window, its limit and offset are the values after the conditions'. */
export function selectSql(shape: QueryShape, selection: Selection, windowIndex: number | undefined) {
  const { ordering } = shape;
  let query = fromSql(shape, [...selection.paths, ...ordering]).select(
    selection.paths.map((path, index) => valueOf(shape, path).as(`c${index}`)),
  );
  for (const part of ordering) query = query.orderBy(columnOf(shape, part), part.isDescending ? "desc" : "asc");
  if (shape.lock) query = query.modifyEnd(lockSql(shape, shape.lock));
  if (windowIndex === undefined) return query;
  return query.limit(sql<number>`${new Parameter(windowIndex)}`).offset(sql<number>`${new Parameter(windowIndex + 1)}`);
}

/** Counts the rows. */
export function countSql(shape: QueryShape) {
  return fromSql(shape, []).select(sql`count(*)`.as("count"));
}

/**
 * What rows of the table itself must meet to be changed or deleted. What a condition reads of the row stands beside its
 * table: PostgreSQL asks that again of a row that it had to wait for, and of no subquery.
 */
export function changedRowsSql(shape: QueryShape): Expression<SqlBool> {
  const { and } = expressionBuilder<never>();
  const own = shape.conditions.filter((condition) => !isOverRelations(condition));
  const met = own.map((condition) => whereSql(shape, condition));
  const isWhole = own.length === shape.conditions.length && (shape.lock ?? "wait") === "wait";
  return and(isWhole ? met : [...met, amongKeysSql(shape)]);
}

function isOverRelations(condition: Condition): boolean {
  return pathsOf(condition)
    .flatMap(columnsOf)
    .some(({ relations }) => relations.length > 0);
}

function amongKeysSql(shape: QueryShape): Expression<SqlBool> {
  const key = columnOf(shape, { relations: [], field: shape.meta.primaryKey });
  let keys = fromSql(shape, []).select(sql`${key}`.as("pk"));
  if (shape.lock) keys = keys.modifyEnd(lockSql(shape, shape.lock));
  return sql<SqlBool>`${key} in ${keys}`;
}

/** Selects what is computed over the rows that are alike in some columns, in an order of what is selected. */
export function groupsSql(
  shape: QueryShape,
  { groups, aggregates, ordering }: Grouping,
  windowIndex: number | undefined,
) {
  const selected = [...groups, ...aggregates];
  let query = fromSql(shape, [...selected, ...ordering]).select(
    selected.map((path, index) => valueOf(shape, path).as(`c${index}`)),
  );
  // By their places: for PostgreSQL what is computed from a value is another thing where the value has another number.
  if (groups.length > 0) query = query.groupBy(groups.map((_path, index) => sql.raw(String(index + 1))));
  for (const part of ordering) query = query.orderBy(columnOf(shape, part), part.isDescending ? "desc" : "asc");
  return windowIndex === undefined ? query : query.limit(sql<number>`${new Parameter(windowIndex)}`);
}

/** A value computed over the rows of which `field` is the key of a row of the query around it. */
export function behindSql(
  shape: QueryShape,
  field: FieldMeta,
  { key, paths, sql: value }: Computed & { readonly key: Expression<unknown> },
): Expression<unknown> {
  const rows = fromSql(shape, paths).where(columnOf(shape, { relations: [], field }), "=", key);
  const computed = value((path) => columnOf(shape, path));
  return sql`${rows.select(sql`${computed}`.as("value"))}`;
}

/** Joins what the columns and the conditions reach, each way once, and narrows to the conditions. */
function fromSql(shape: QueryShape, paths: readonly ColumnPath[]) {
  const { meta, conditions, dialect, from = meta.table } = shape;
  const root = rootOf(shape);
  let query = sqlBuilders[dialect].selectFrom(root === from ? root : `${from} as ${root}`);
  const joined = new Set<string>();
  for (const { relations } of [...paths, ...conditions.flatMap(pathsOf)].flatMap(columnsOf)) {
    for (let depth = 1; depth <= relations.length; depth += 1) {
      const way = relations.slice(0, depth);
      const relation = way.at(-1);
      const alias = joinAlias(root, way);
      if (!relation?.related || joined.has(alias)) continue;
      joined.add(alias);
      const table = `${relation.related.table} as ${alias}`;
      const own = `${joinAlias(root, way.slice(0, -1))}.${relation.column}`;
      const other = `${alias}.${relation.related.primaryKey.column}`;
      const isOptional = way.some((one) => one.isNull);
      query = isOptional ? query.leftJoin(table, other, own) : query.innerJoin(table, other, own);
    }
  }
  for (const condition of conditions) query = query.where(whereSql(shape, condition));
  return query;
}

/** A condition as it stands in a statement. */
export function whereSql(shape: QueryShape, condition: Condition): Expression<SqlBool> {
  if ("path" in condition) return conditionSql(shape, condition);
  if ("not" in condition) return notSql(shape, condition);
  return "together" in condition ? togetherSql(shape, condition) : anySql(shape, condition);
}

/** The columns that a condition reads of the query's own rows, and of those that these lead to. */
export function pathsOf(condition: Condition): readonly ColumnPath[] {
  if ("path" in condition) {
    const { path } = condition;
    return "lookup" in condition && condition.computed ? [path, ...condition.computed.paths] : [path];
  }
  if ("together" in condition) return [];
  return ("not" in condition ? condition.not : condition.flat()).flatMap(pathsOf);
}

/** What a value is read from: itself, or what it is computed from. */
function columnsOf(path: ColumnPath): readonly ColumnPath[] {
  return path.computed ? path.computed.paths.flatMap(columnsOf) : [path];
}

function notSql(shape: QueryShape, { not }: NotAll): Expression<SqlBool> {
  const { and } = expressionBuilder<never>();
  return sql<SqlBool>`not coalesce(${and(not.map((one) => conditionSql(shape, one)))}, false)`;
}

function anySql(shape: QueryShape, groups: AnyOf): Expression<SqlBool> {
  const { and, or } = expressionBuilder<never>();
  return or(groups.map((group) => and(group.map((one) => conditionSql(shape, one)))));
}

function conditionSql(shape: QueryShape, condition: Comparison | Within): Expression<SqlBool> {
  if ("through" in condition) return withinSql(shape, condition);
  return comparisonSql(condition, (path) => columnOf(shape, path), shape.dialect);
}

/** By keys rather than by a join, so that no row comes twice. */
function withinSql(shape: QueryShape, { path, through, source, inner, isNot }: Within): Expression<SqlBool> {
  const inside: QueryShape = {
    dialect: shape.dialect,
    meta: through,
    conditions: inner ? [inner] : [],
    ordering: [],
  };
  const belongs = columnOf(inside, { relations: [], field: source });
  const column = columnOf(shape, path);
  const isIn = sql<SqlBool>`${column} in ${fromSql(inside, []).select(sql`${belongs}`.as("source"))}`;
  if (!isNot && !(inner && isNullMeant(inner))) return isIn;
  const all = fromSql({ ...inside, conditions: [] }, []).select(sql`${belongs}`.as("source"));
  // Of no row at all nothing can be told either: a relation on the way there may be empty.
  const isAlone = sql<SqlBool>`${column} is null or ${column} not in ${all.where(belongs, "is not", null)}`;
  return isNot ? sql<SqlBool>`(${isAlone})` : sql<SqlBool>`(${isAlone} or ${isIn})`;
}

/** Whether null is what a condition asks for: as in Django, a row to which none belongs has nothing in every column of theirs. */
function isNullMeant(condition: Comparison | Within): boolean {
  if ("lookup" in condition) return condition.lookup.shape(condition.given) === "null";
  return condition.isNot || (condition.inner !== undefined && isNullMeant(condition.inner));
}

/** A column as it is read: the driver refuses whole numbers that a number of JavaScript cannot hold. */
function valueOf(shape: QueryShape, path: ColumnPath) {
  const column = columnOf(shape, path);
  const { isWide, postgresql } = kindOf(path.field);
  if (shape.dialect === "postgresql" && postgresql.read) return postgresql.read(column);
  return isWide ? sql`cast(${column} as text)` : sql`${column}`;
}

/** A column, or what stands for one, within a statement. */
export function columnOf(shape: QueryShape, path: ColumnPath): Expression<unknown> {
  const computed = computedSql(path, (inner) => columnOf(shape, inner), shape.dialect);
  return computed ?? sql.ref(`${joinAlias(rootOf(shape), path.relations)}.${path.field.column}`);
}

function rootOf({ alias, meta }: QueryShape): string {
  return alias ?? meta.table;
}
