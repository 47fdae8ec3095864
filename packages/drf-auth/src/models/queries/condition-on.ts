import { ImproperlyConfigured } from "../../errors.ts";
import type { ColumnPath, FieldMeta, ModelMeta } from "../model-meta.ts";
import type { Comparison, Within } from "./query-shape.ts";
import { reachOf } from "./reach.ts";

export interface ConditionOptions {
  /** Who asks, for messages. */
  readonly where: string;
  /** Compares the column at the end of the way. */
  readonly compared: (path: ColumnPath) => Comparison;
  /** Whether rows without any are asked for, or those with some; undefined where values are compared. */
  readonly isMissing: boolean | undefined;
}

/** Makes the condition on a column, or on the rows that relations to many lead to. */
export function conditionOn(meta: ModelMeta, text: string, options: ConditionOptions): Comparison | Within {
  const { where, compared, isMissing } = options;
  const found = reachOf(meta, text, where);
  if (!("toMany" in found)) return compared(found);
  const { from: path, toMany, rest, isWhole } = found;
  const { through, source } = toMany;
  if (isWhole && isMissing !== undefined) return { path, through, source, inner: undefined, isNot: isMissing };
  return { path, through, source, inner: conditionOn(through, rest, options), isNot: false };
}

/** @throws {ImproperlyConfigured} when text would be compared with a key. */
export function mustBeText({ related, name }: FieldMeta, condition: string, where: string): void {
  if (!related) return;
  throw new ImproperlyConfigured(
    `${where}: "${condition}" compares text, and ${name} is a relation: name a field of ${related.model.name} behind it.`,
  );
}

/** A way as conditions name it. */
export function textOf({ relations, field }: ColumnPath): string {
  return [...relations, field].map(({ name }) => name).join("__");
}

/** A way to a column itself: a relation's is the key, not what orders the rows that it leads to. */
export function keyTextOf({ relations, field }: ColumnPath): string {
  return [...relations.map(({ name }) => name), field.attname].join("__");
}
