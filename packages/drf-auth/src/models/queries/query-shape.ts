import type { Dialect } from "../../database/index.ts";
import type { Lookup } from "./lookups.ts";
import type { ColumnPath, Computed, FieldMeta, ModelMeta, Ordering } from "../model-meta.ts";

/** A column compared with what was given. */
export interface Comparison {
  readonly path: ColumnPath;
  readonly lookup: Lookup;
  readonly given: unknown;
  /** What it is compared with where that is computed from the row itself. */
  readonly computed?: Computed;
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

/** Groups of which each has a comparison that is met, all by the same rows of the relations that they share. */
export interface Together {
  readonly together: readonly (readonly (Comparison | Within)[])[];
}

/** What rows must meet: a comparison, at least one of several groups, not all of some, or some of each of several. */
export type Condition = Comparison | Within | AnyOf | NotAll | Together;

/**
 * What is done about rows that another transaction holds: they are waited for, left out, or the end of it. What keeps the
 * keys has others refer to the rows meanwhile.
 */
export type RowLock = "keepsKey" | "noWait" | "skipLocked" | "wait";

/** What decides the SQL of a query: everything but its values. */
export interface QueryShape {
  /** How the rows are held until the end of the transaction. Default: not at all. */
  readonly lock?: RowLock;
  readonly dialect: Dialect;
  readonly meta: ModelMeta;
  /** The name of its rows within the statement. Default: the table's. */
  readonly alias?: string;
  /** Where its rows are, if not in the table: a part of the statement by its name. */
  readonly from?: string;
  readonly conditions: readonly Condition[];
  readonly ordering: readonly Ordering[];
}
