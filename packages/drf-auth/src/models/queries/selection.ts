import type { ColumnPath, ModelMeta } from "../model-meta.ts";

/** Columns to read, compiled once by who reads them. */
export interface Selection {
  /** What tells this selection's statements from others'. */
  readonly key: string;
  readonly paths: readonly ColumnPath[];
}

/** A part of the rows. */
export interface Window {
  /** How many at most. Default: all. */
  readonly limit?: number;
  /** How many come before them. Default: none. */
  readonly offset?: number;
}

/** The limit and the offset of a window as a statement takes them. */
export function windowValues({ limit = Number.MAX_SAFE_INTEGER, offset = 0 }: Window): readonly [number, number] {
  mustBeWhole("rows: limit", limit, 0);
  mustBeWhole("rows: offset", offset, 0);
  return [Math.min(limit, Number.MAX_SAFE_INTEGER), Math.min(offset, Number.MAX_SAFE_INTEGER)];
}

/** @throws {TypeError} when a value is no whole number, or less than the least. */
export function mustBeWhole(what: string, value: number, least: 0 | 1): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new TypeError(`${what} is ${String(value)}. Write a whole number${least === 0 ? ", 0 or more" : " above 0"}.`);
}

/** The primary key alone. */
export function primaryKeyOf(meta: ModelMeta): Selection {
  return { key: "pk", paths: [{ relations: [], field: meta.primaryKey }] };
}
