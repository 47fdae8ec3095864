import { type Expression, sql, type SqlBool } from "kysely";
import type { Dialect } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { computedField, numbersOf } from "./calculated.ts";
import { keyOf } from "../fields/field-codec.ts";
import type { FieldKind } from "../fields/field.ts";
import type { FieldMeta } from "../model-meta.ts";

export type AggregateName = "avg" | "count" | "max" | "min" | "sum";

/** Conditions by name, of a model that is not known yet. */
type AnyConditions = Readonly<Record<string, unknown>>;
type NoConditions = Readonly<Record<never, unknown>>;

export interface AggregateOptions<Filter extends AnyConditions = AnyConditions> {
  /** Whether equal values count once. Default false. */
  readonly distinct?: boolean;
  /** Which rows count, by conditions on them. Default: all. */
  readonly filter?: Filter;
}

/** One value computed over many rows. */
export class Aggregate<
  Name extends AggregateName = AggregateName,
  Path extends string = string,
  Filter extends AnyConditions = AnyConditions,
> {
  readonly name: Name;
  readonly path: Path;
  readonly options: AggregateOptions<Filter>;

  constructor(name: Name, path: Path, options: AggregateOptions<Filter>) {
    if (typeof path !== "string") {
      throw new ImproperlyConfigured(
        `${name}: it takes a field's name. Annotate a calculation, and take its name here.`,
      );
    }
    this.name = name;
    this.path = path;
    this.options = options;
  }
}

/** How many rows there are in which a field is not null. Default: the primary key, so all of them. */
export function count<const Path extends string = "pk", const Filter extends AnyConditions = NoConditions>(
  path?: Path,
  options: AggregateOptions<Filter> = {},
): Aggregate<"count", Path, Filter> {
  return new Aggregate("count", path ?? ("pk" as Path), options);
}

/** The sum of a field's numbers; null of no rows. */
export function sum<const Path extends string, const Filter extends AnyConditions = NoConditions>(
  path: Path,
  options: AggregateOptions<Filter> = {},
): Aggregate<"sum", Path, Filter> {
  return new Aggregate("sum", path, options);
}

/** The mean of a field's numbers, as a number; null of no rows. */
export function avg<const Path extends string, const Filter extends AnyConditions = NoConditions>(
  path: Path,
  options: AggregateOptions<Filter> = {},
): Aggregate<"avg", Path, Filter> {
  return new Aggregate("avg", path, options);
}

/** A field's least value; null of no rows. */
export function min<const Path extends string, const Filter extends AnyConditions = NoConditions>(
  path: Path,
  options: AggregateOptions<Filter> = {},
): Aggregate<"min", Path, Filter> {
  return new Aggregate("min", path, options);
}

/** A field's greatest value; null of no rows. */
export function max<const Path extends string, const Filter extends AnyConditions = NoConditions>(
  path: Path,
  options: AggregateOptions<Filter> = {},
): Aggregate<"max", Path, Filter> {
  return new Aggregate("max", path, options);
}

/** Kinds of which PostgreSQL or SQLite, or both, know no order. */
const hasNoOrder: ReadonlySet<FieldKind> = new Set<FieldKind>(["boolean", "ip", "json", "uuid"]);

/**
 * The field whose values an aggregate's are like.
 *
 * @throws {ImproperlyConfigured} of a field whose values cannot be added or put in order.
 */
export function fieldOfAggregate(name: string, { name: what, path }: Aggregate, column: FieldMeta): FieldMeta {
  const field = keyOf(column);
  if (what === "count") return computedField(name, { kind: "integer", options: {} });
  const numbers = numbersOf(field);
  if (what === "min" || what === "max") {
    if (hasNoOrder.has(field.kind))
      throw new ImproperlyConfigured(`${what}: ${path} is a ${field.kind} field and has no order.`);
    return computedField(name, field);
  }
  if (!numbers) throw new ImproperlyConfigured(`${what}: ${path} is a ${field.kind} field and holds no numbers.`);
  if (what === "avg") return computedField(name, { kind: "float", options: {} });
  if (numbers === "whole") return computedField(name, { kind: "integer", options: {} });
  return computedField(name, field);
}

/** An aggregate's SQL over a column. */
export function aggregateSql(
  { name, options: { distinct } }: Aggregate,
  column: Expression<unknown>,
  {
    dialect,
    field,
    where,
  }: { readonly dialect: Dialect; readonly field: FieldMeta; readonly where?: Expression<SqlBool> },
): Expression<unknown> {
  const value = distinct ? sql`distinct ${column}` : column;
  const filtered = where ? sql` filter (where ${where})` : sql``;
  const called = sql`${sql.raw(name)}(${value})${filtered}`;
  if (dialect === "sqlite") return called;
  if (name === "avg") return sql`cast(${called} as double precision)`;
  // The sum of whole numbers is of a larger type there; those that may be beyond 64 bits are read as text.
  return name === "sum" && numbersOf(field) === "whole" ? sql`cast(${called} as bigint)` : called;
}
