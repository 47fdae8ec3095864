import type { Database, RowValues } from "../database/index.ts";
import type { Model } from "./model.ts";
import type { ManyToManyMeta, Ordering } from "./model-meta.ts";
import type { Conditions } from "./infer.ts";
import { QuerySet } from "./query-set.ts";
import type { Selection } from "./selection.ts";
import type { ToMany } from "./to-many.ts";

/** Reads the rows that a relation leads to from some keys, with one query, in their model's own order. */
export async function relatedRows(
  { related, through, source, target }: ToMany,
  database: Database,
  keys: readonly unknown[],
  selection: Selection,
): Promise<ReadonlyMap<unknown, readonly RowValues[]>> {
  const way = target ? [target] : [];
  const prefix = target ? `${target.name}__` : "";
  const paths = selection.paths.map(({ relations, field }) => ({ relations: [...way, ...relations], field }));
  const found = await QuerySet.of(through, database)
    .filter({ [`${source.name}__in`]: keys } as Conditions<Model>)
    .orderBy(...related.ordering.map((part) => orderingText(prefix, part)))
    .select({
      key: `${source.name}>${prefix}${selection.key}`,
      paths: [{ relations: [], field: source }, ...paths],
    });
  const rows = new Map<unknown, RowValues[]>();
  for (const [key, ...values] of found) {
    const known = rows.get(key);
    if (known) known.push(values);
    else rows.set(key, [values]);
  }
  return rows;
}

/** Makes a relation of many to many lead from one row to exactly these; in a transaction of the caller's. */
export async function setRelated(
  { join, source, target }: ManyToManyMeta,
  database: Database,
  key: unknown,
  wanted: readonly unknown[],
): Promise<void> {
  const joins = QuerySet.of(join, database).filter({ [source.name]: key } as Conditions<Model>);
  const rows = await joins.rows();
  const present = new Set(rows.map((row) => (row as Readonly<Record<string, unknown>>)[target.column]));
  const isWanted = new Set(wanted);
  const gone = [...present].filter((one) => !isWanted.has(one));
  if (gone.length > 0) await joins.filter({ [`${target.name}__in`]: gone } as Conditions<Model>).delete();
  for (const one of isWanted) {
    if (!present.has(one))
      await QuerySet.of(join, database).insert({ [source.name]: key, [target.name]: one } as never);
  }
}

function orderingText(prefix: string, { relations, field, isDescending }: Ordering): string {
  return `${isDescending ? "-" : ""}${prefix}${[...relations, field].map(({ name }) => name).join("__")}`;
}
