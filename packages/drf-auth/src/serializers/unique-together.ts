import type { FieldMeta, ModelMeta } from "../models/index.ts";
import type { BoundSerializerOptions } from "./bound-serializer.ts";

/** What is said when a row would repeat values that must be unique together, as DRF says it. */
export function uniqueTogetherMessage(names: readonly string[]): string {
  return `The fields ${names.join(", ")} must make a unique set.`;
}

/** Refuses values that another row holds together; what a change leaves out counts as the row has it. */
export function uniqueTogetherValidator(
  meta: ModelMeta,
  fields: readonly FieldMeta[],
  message = uniqueTogetherMessage(fields.map(({ name }) => name)),
): NonNullable<BoundSerializerOptions["validators"]>[number] {
  return async (values, { instanceKey, objects }) => {
    const isChanged = fields.some(({ name }) => Object.hasOwn(values, name));
    if (!isChanged) return undefined;
    const all = objects(meta);
    const isWhole = fields.every(({ name }) => Object.hasOwn(values, name));
    const stored =
      isWhole || instanceKey === undefined ? undefined : await all.filter({ pk: instanceKey } as never).first();
    const row = stored as Readonly<Record<string, unknown>> | undefined;
    const wanted = fields.map(
      ({ name, attname }) => [name, Object.hasOwn(values, name) ? values[name] : row?.[attname]] as const,
    );
    // Nothing equals null, so nothing is repeated.
    if (wanted.some(([, value]) => value === null || value === undefined)) return undefined;
    const others = await all.filter(Object.fromEntries(wanted) as never).rows({ limit: 2, offset: 0 });
    const isTaken = others.some((other) => keyOf(other, meta) !== instanceKey);
    return isTaken ? message : undefined;
  };
}

function keyOf(row: unknown, meta: ModelMeta): unknown {
  return (row as Readonly<Record<string, unknown>>)[meta.primaryKey.attname];
}
