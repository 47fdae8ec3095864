import { columnPath } from "./column-path.ts";
import type { ColumnPath, FieldMeta, ModelMeta } from "../model-meta.ts";
import { type ToMany, toManyOf } from "./to-many.ts";

/** A way that leads to any number of rows of another model, and what is meant of them. */
export interface ToManyReach {
  /** The key of the row from which many are reached. */
  readonly from: ColumnPath;
  readonly toMany: ToMany;
  /** The way from there on, in the model that says which rows belong together. */
  readonly rest: string;
  /** Whether the relation itself is meant, and nothing behind it. */
  readonly isWhole: boolean;
}

/** Reads `tags__name` as a condition has it: a column, or the first relation on the way that leads to many rows. */
export function reachOf(meta: ModelMeta, text: string, where: string): ColumnPath | ToManyReach {
  const names = text.split("__");
  const relations: FieldMeta[] = [];
  let at = meta;
  for (const [index, name] of names.entries()) {
    const field = at.fieldsByName.get(name);
    const toMany = field ? undefined : toManyOf(at, name);
    if (toMany) {
      const behind = names.slice(index + 1);
      const own = toMany.target ? [toMany.target.name, ...behind] : behind;
      return {
        from: { relations, field: at.primaryKey },
        toMany,
        rest: own.length === 0 ? "pk" : own.join("__"),
        isWhole: behind.length === 0,
      };
    }
    if (!field?.related) break;
    relations.push(field);
    at = field.related;
  }
  return columnPath(meta, text, where);
}

/** The field at the end of a way, whichever relations it leads over. */
export function fieldAtEnd(meta: ModelMeta, text: string, where: string): FieldMeta {
  const found = reachOf(meta, text, where);
  return "toMany" in found ? fieldAtEnd(found.toMany.through, found.rest, where) : found.field;
}

/** The relation to many rows that a way ends with; undefined where it ends with a column. */
export function manyAtEnd(meta: ModelMeta, text: string, where: string): ToMany | undefined {
  const found = reachOf(meta, text, where);
  if (!("toMany" in found)) return undefined;
  if (found.isWhole) return found.toMany;
  const { target, through, related } = found.toMany;
  return target
    ? manyAtEnd(related, found.rest.slice(target.name.length + 2), where)
    : manyAtEnd(through, found.rest, where);
}
