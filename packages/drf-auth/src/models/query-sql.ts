import { type Expression, expressionBuilder, sql, type SqlBool } from "kysely";
import type { Dialect } from "../database/index.ts";
import { joinAlias } from "./column-path.ts";
import { keyOf, kindOf } from "./field-codec.ts";
import type { Lookup } from "./lookups.ts";
import type { ColumnPath, FieldMeta, ModelMeta, Ordering } from "./model-meta.ts";
import type { Selection } from "./selection.ts";
import { Parameter, sqlBuilders } from "./sql.ts";

/** A column compared with what was given. */
export interface Comparison {
  readonly path: ColumnPath;
  readonly lookup: Lookup;
  readonly given: unknown;
  /** Which of the statement's values is its first. */
  readonly firstIndex: number;
}

/** A row that many belong to, of which one at least meets a condition; with `isNot` none is there. */
export interface Within {
  /** The key by which they belong to it. */
  readonly path: ColumnPath;
  readonly through: ModelMeta;
  readonly source: FieldMeta;
  readonly inner: Comparison | Within | undefined;
  readonly isNot: boolean;
}

/** Comparisons of which all must be met; of several such groups one is enough. */
export type AnyOf = readonly (readonly (Comparison | Within)[])[];

/** Comparisons of which one at least must not be met; what cannot be told of null is not met. */
export interface NotAll {
  readonly not: readonly (Comparison | Within)[];
}

/** What rows must meet: a comparison, at least one of several groups, or not all of some. */
export type Condition = Comparison | Within | AnyOf | NotAll;

/** What decides the SQL of a query: everything but its values. */
export interface QueryShape {
  /** Whether the rows are held until the end of the transaction. */
  readonly isLocked?: boolean;
  readonly dialect: Dialect;
  readonly meta: ModelMeta;
  readonly conditions: readonly Condition[];
  readonly ordering: readonly Ordering[];
}

/** Selects columns of the rows, in order; with a window, its limit and offset are the values after the conditions'. */
export function selectSql(shape: QueryShape, selection: Selection, windowIndex: number | undefined) {
  const { meta, ordering } = shape;
  let query = fromSql(shape, [...selection.paths, ...ordering]).select(
    selection.paths.map((path, index) => valueOf(shape, path).as(`c${index}`)),
  );
  for (const part of ordering) query = query.orderBy(columnOf(meta, part), part.isDescending ? "desc" : "asc");
  // SQLite has one writer at a time, and no words for this.
  if (shape.isLocked && shape.dialect === "postgresql")
    query = query.modifyEnd(sql`for update of ${sql.table(meta.table)}`);
  if (windowIndex === undefined) return query;
  return query.limit(sql<number>`${new Parameter(windowIndex)}`).offset(sql<number>`${new Parameter(windowIndex + 1)}`);
}

/** Counts the rows. */
export function countSql(shape: QueryShape) {
  return fromSql(shape, []).select(sql`count(*)`.as("count"));
}

/** Selects the rows' primary keys, in no order: what an update and a delete are about. */
export function keysSql(shape: QueryShape) {
  const key = { relations: [], field: shape.meta.primaryKey };
  return fromSql(shape, []).select(columnOf(shape.meta, key).as("pk"));
}

/** Joins what the columns and the conditions reach, each way once, and narrows to the conditions. */
function fromSql(shape: QueryShape, paths: readonly ColumnPath[]) {
  const { meta, conditions, dialect } = shape;
  let query = sqlBuilders[dialect].selectFrom(meta.table);
  const joined = new Set<string>();
  for (const { relations } of [...paths, ...conditions.flatMap(pathsOf)]) {
    for (let depth = 1; depth <= relations.length; depth += 1) {
      const way = relations.slice(0, depth);
      const relation = way.at(-1);
      const alias = joinAlias(meta, way);
      if (!relation?.related || joined.has(alias)) continue;
      joined.add(alias);
      const table = `${relation.related.table} as ${alias}`;
      const own = `${joinAlias(meta, way.slice(0, -1))}.${relation.column}`;
      const other = `${alias}.${relation.related.primaryKey.column}`;
      const isOptional = way.some((one) => one.isNull);
      query = isOptional ? query.leftJoin(table, other, own) : query.innerJoin(table, other, own);
    }
  }
  for (const condition of conditions) {
    query = query.where(
      "path" in condition
        ? conditionSql(shape, condition)
        : "not" in condition
          ? notSql(shape, condition)
          : anySql(shape, condition),
    );
  }
  return query;
}

function pathsOf(condition: Condition): readonly ColumnPath[] {
  if ("path" in condition) return [condition.path];
  return ("not" in condition ? condition.not : condition.flat()).map(({ path }) => path);
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
  return "lookup" in condition ? comparisonSql(shape, condition) : withinSql(shape, condition);
}

/** By keys rather than by a join, so that no row comes twice. */
function withinSql(
  { meta, dialect }: QueryShape,
  { path, through, source, inner, isNot }: Within,
): Expression<SqlBool> {
  const shape: QueryShape = { dialect, meta: through, conditions: inner ? [inner] : [], ordering: [] };
  const belongs = { relations: [], field: source };
  const keys = fromSql(shape, []).select(columnOf(through, belongs).as("source"));
  const column = columnOf(meta, path);
  if (!isNot) return sql<SqlBool>`${column} in (${keys})`;
  return sql<SqlBool>`${column} not in (${keys.where(columnOf(through, belongs), "is not", null)})`;
}

function comparisonSql(
  { meta, dialect }: QueryShape,
  { path, lookup, given, firstIndex }: Comparison,
): Expression<SqlBool> {
  const column = { sql: columnOf(meta, path), kind: keyOf(path.field).kind, dialect };
  return lookup.compile(column, given, firstIndex);
}

/** A column as it is read: the driver refuses whole numbers that a number of JavaScript cannot hold. */
function valueOf({ meta, dialect }: QueryShape, path: ColumnPath) {
  const column = columnOf(meta, path);
  const { isWide, postgresql } = kindOf(path.field);
  if (dialect === "postgresql" && postgresql.read) return postgresql.read(column);
  return isWide ? sql`cast(${column} as text)` : column;
}

function columnOf(meta: ModelMeta, { relations, field }: ColumnPath) {
  return sql.ref(`${joinAlias(meta, relations)}.${field.column}`);
}
