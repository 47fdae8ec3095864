import { leftJoin } from "../left-join.ts";
import type { FieldMeta, ModelMeta } from "./model-meta.ts";

type AnyRow = Readonly<Record<string, unknown>>;

/** Gives each row the row that each relation leads to, or null, with one query a relation. */
export async function withRelated<Row extends AnyRow>(
  rows: Row[],
  relations: readonly FieldMeta[],
  load: (meta: ModelMeta, keys: readonly unknown[]) => Promise<readonly AnyRow[]>,
): Promise<Row[]> {
  let joined = rows;
  for (const relation of relations) {
    if (!relation.related) continue;
    const byKey = new Map(joined.map((row) => [row[relation.column], row]));
    const others = await rowsByKey(relation.related, [...byKey.keys()], load);
    const otherOf = new Map(leftJoin(byKey, others).map(([key, , other]) => [key, other]));
    joined = joined.map((row) => ({ ...row, [relation.name]: otherOf.get(row[relation.column]) ?? null }));
  }
  return joined;
}

async function rowsByKey(
  meta: ModelMeta,
  keys: readonly unknown[],
  load: (meta: ModelMeta, keys: readonly unknown[]) => Promise<readonly AnyRow[]>,
): Promise<Map<unknown, AnyRow>> {
  const wanted = keys.filter((key) => key !== null);
  if (wanted.length === 0) return new Map();
  const rows = await load(meta, wanted);
  return new Map(rows.map((row) => [row[meta.primaryKey.column], row]));
}
