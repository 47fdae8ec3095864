import { Conflict } from "../errors.ts";
import type { ModelMeta, Referrer } from "./model-meta.ts";

/** Rows that can be deleted: what a query set offers to a deletion. */
export interface DeletableRows {
  readonly meta: ModelMeta;
  keys(): Promise<readonly unknown[]>;
  /** The rows of another model that refer to some of these. */
  referring(meta: ModelMeta, relation: string, keys: readonly unknown[]): DeletableRows;
  setNull(relation: string): Promise<void>;
  /** Deletes the rows, or those with some keys, whatever refers to them. */
  remove(keys?: readonly unknown[]): Promise<number>;
}

/**
 * Deletes rows and does to those that refer to them what their relations say, as Django does: tables made by Django
 * leave it to the program.
 *
 * @throws {Conflict} when a row is referred to by a relation that protects it.
 */
export async function deleteRows(rows: DeletableRows, seen = new Map<ModelMeta, Set<unknown>>()): Promise<number> {
  const { meta } = rows;
  const { referrers } = meta;
  if (referrers.length === 0) return rows.remove();
  const known = seen.get(meta) ?? new Set();
  seen.set(meta, known);
  // Rows may refer to each other in a circle: each is gone through once.
  const keys = (await rows.keys()).filter((key) => !known.has(key));
  if (keys.length === 0) return 0;
  for (const key of keys) known.add(key);
  for (const referrer of referrers)
    await detach(rows.referring(referrer.meta, referrer.field.name, keys), referrer, meta, seen);
  // By key: what was done to those that refer to them may have changed which rows meet the conditions.
  return rows.remove(keys);
}

async function detach(
  referring: DeletableRows,
  { meta, field }: Referrer,
  target: ModelMeta,
  seen: Map<ModelMeta, Set<unknown>>,
): Promise<void> {
  switch (field.options.onDelete) {
    case "setNull":
      return referring.setNull(field.name);
    case "protect":
    case "restrict":
      if ((await referring.keys()).length > 0) throw protectedBy(target, meta, field.name);
      return;
    default:
      await deleteRows(referring, seen);
  }
}

function protectedBy(meta: ModelMeta, other: ModelMeta, relation: string): Conflict {
  return new Conflict(
    `This ${meta.verboseName} cannot be deleted: a ${other.verboseName} refers to it by ${relation}.`,
  );
}
