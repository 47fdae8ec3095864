import { ImproperlyConfigured } from "../../errors.ts";
import { leftJoin } from "../../left-join.ts";
import type { FieldMeta, ModelMeta } from "../model-meta.ts";
import { type ToMany, toManyOf } from "./to-many.ts";

type AnyRow = Readonly<Record<string, unknown>>;

/** Loads rows that relations lead to, each with what `names` lead to from there. */
export interface RelatedLoader {
  /** The rows of some keys. */
  one(meta: ModelMeta, keys: readonly unknown[], names: readonly string[]): Promise<readonly AnyRow[]>;
  /** The rows that belong to each of some keys. */
  many(
    toMany: ToMany,
    keys: readonly unknown[],
    names: readonly string[],
  ): Promise<ReadonlyMap<unknown, readonly AnyRow[]>>;
}

/**
 * Gives each row what relations lead to from it, with one query a relation: under its name a row or null, or a list.
 * `owner__groups` loads the owner, and the owner's groups.
 */
export async function withRelated<Row extends AnyRow>(
  rows: Row[],
  meta: ModelMeta,
  names: readonly string[],
  loader: RelatedLoader,
): Promise<Row[]> {
  let joined = rows;
  for (const [name, rest] of byFirstName(names)) {
    const relation = relationOf(meta, name);
    const { attname } = "toMany" in relation ? meta.primaryKey : relation.field;
    const byKey = new Map(joined.map((row) => [row[attname], row]));
    const keys = [...byKey.keys()].filter((key) => key !== null);
    const found = await othersOf(relation, keys, rest, loader);
    const otherOf = new Map(leftJoin<unknown, Row, unknown>(byKey, found).map(([key, , other]) => [key, other]));
    joined = joined.map((row) => ({ ...row, [name]: otherOf.get(row[attname]) ?? ("toMany" in relation ? [] : null) }));
  }
  return joined;
}

/** @throws {ImproperlyConfigured} when a name on the way is no relation. */
export function mustBeRelations(meta: ModelMeta, path: string): void {
  let at = meta;
  for (const name of path.split("__")) {
    const relation = relationOf(at, name);
    at = "toMany" in relation ? relation.toMany.related : relation.related;
  }
}

type Reached = { readonly field: FieldMeta; readonly related: ModelMeta } | { readonly toMany: ToMany };

function relationOf(meta: ModelMeta, name: string): Reached {
  const field = meta.fieldsByName.get(name);
  if (field?.related) return { field, related: field.related };
  const toMany = toManyOf(meta, name);
  if (toMany) return { toMany };
  throw new ImproperlyConfigured(`prefetchRelated: "${name}" is no relation of ${meta.model.name}.`);
}

async function othersOf(
  relation: Reached,
  keys: readonly unknown[],
  names: readonly string[],
  loader: RelatedLoader,
): Promise<ReadonlyMap<unknown, unknown>> {
  if (keys.length === 0) return new Map();
  if ("toMany" in relation) return loader.many(relation.toMany, keys, names);
  const { related } = relation;
  const rows = await loader.one(related, keys, names);
  return new Map(rows.map((row) => [row[related.primaryKey.attname], row]));
}

function byFirstName(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const path of names) {
    const [name = "", ...rest] = path.split("__");
    const known = found.get(name) ?? [];
    found.set(name, known);
    if (rest.length > 0) known.push(rest.join("__"));
  }
  return found;
}
