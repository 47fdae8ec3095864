import { fieldKinds, type KindOfField } from "./field-kinds.ts";
import type { FieldMeta } from "../model-meta.ts";

/** The field whose values a column holds: a relation's are the other model's keys. */
export function keyOf(field: FieldMeta): FieldMeta {
  return field.related ? keyOf(field.related.primaryKey) : field;
}

/** How the values of a column are stored and read. */
export function kindOf(field: FieldMeta): KindOfField {
  return fieldKinds[keyOf(field).kind];
}
