import type { ColumnPath, ModelMeta } from "./model-meta.ts";

/** Columns to read, compiled once by who reads them. */
export interface Selection {
  /** What tells this selection's statements from others'. */
  readonly key: string;
  readonly paths: readonly ColumnPath[];
}

/** A part of the rows: how many, and from which on. */
export interface Window {
  readonly limit: number;
  readonly offset: number;
}

/** The primary key alone. */
export function primaryKeyOf(meta: ModelMeta): Selection {
  return { key: "pk", paths: [{ relations: [], field: meta.primaryKey }] };
}
