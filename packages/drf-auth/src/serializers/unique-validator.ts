import type { FieldMeta, ModelMeta } from "../models/index.ts";
import type { Validator } from "./field.ts";

/** What is said when a row would repeat a value that must be unique, as Django says it. */
export function uniqueMessage(meta: ModelMeta, field: FieldMeta): string {
  return `${meta.verboseName} with this ${field.verboseName} already exists.`;
}

/** Refuses a value that another row holds. */
export function uniqueValidator(meta: ModelMeta, field: FieldMeta): Validator {
  const message = uniqueMessage(meta, field);
  const selection = { key: "primary key", paths: [{ relations: [], field: meta.primaryKey }] };
  return async (value, context) => {
    const query = context.objects(meta).orderBy().filter({ [field.name]: value } as never);
    const rows = await query.select(selection, { limit: 1, offset: 0 });
    return rows.length > 0 && rows[0]?.[0] !== context.instanceKey ? message : undefined;
  };
}
