import type { FieldMeta, ModelMeta, QuerySet } from "../models/index.ts";
import type { Validator } from "./field.ts";

/** What is said when a row would repeat a value that must be unique, as Django says it. */
export function uniqueMessage(meta: ModelMeta, field: FieldMeta): string {
  return `${meta.verboseName} with this ${field.verboseName} already exists.`;
}

/** Refuses a value that another row holds. */
export function uniqueValidator(meta: ModelMeta, field: FieldMeta): Validator {
  const message = uniqueMessage(meta, field);
  const selection = { key: "primary key", paths: [{ relations: [], field: meta.primaryKey }] };
  const lookups = new WeakMap<QuerySet, ReturnType<QuerySet["lookup"]>>();
  return async (value, context) => {
    const all = context.objects(meta);
    const lookup = lookups.get(all) ?? all.lookup(field.name, selection);
    lookups.set(all, lookup);
    const rows = await lookup(value);
    return rows.length > 0 && rows[0]?.[0] !== context.instanceKey ? message : undefined;
  };
}
