import type { Database } from "../database/index.ts";
import type { Model } from "./model.ts";
import type { ManyToManyMeta } from "./model-meta.ts";
import type { Conditions } from "./typed-conditions.ts";
import { QuerySet } from "./query-set.ts";

/** Makes a relation of many to many lead from one row to exactly these; in a transaction of the caller's. */
export async function setRelated(
  { join, source, target }: ManyToManyMeta,
  database: Database,
  key: unknown,
  wanted: readonly unknown[],
): Promise<void> {
  const joins = QuerySet.of(join, database).filter({ [source.name]: key } as Conditions<Model>);
  const rows = await joins.rows();
  const present = new Set(rows.map((row) => (row as Readonly<Record<string, unknown>>)[target.attname]));
  const isWanted = new Set(wanted);
  const gone = [...present].filter((one) => !isWanted.has(one));
  if (gone.length > 0) await joins.filter({ [`${target.name}__in`]: gone } as Conditions<Model>).delete();
  for (const one of isWanted) {
    if (!present.has(one))
      await QuerySet.of(join, database).insert({ [source.name]: key, [target.name]: one } as never);
  }
}
