import { ImproperlyConfigured } from "../../errors.ts";
import type { FieldName } from "../inference/infer.ts";
import { type FieldMeta, fieldOf, type ModelMeta } from "../model-meta.ts";
import type { Model } from "../model.ts";

/** What is done about new rows that would repeat what is unique: they are left out, or those that are there are changed. */
export type ConflictOptions<M extends Model = Model> =
  | { readonly onConflict: "ignore" }
  | {
      readonly onConflict: "update";
      /** What a new row shares with the one that is there: the key, a unique field, or fields that are unique together. */
      readonly unique: readonly FieldName<M>[];
      /** What is changed in the one that is there. */
      readonly update: readonly FieldName<M>[];
    };

/** What is done about conflicts, by columns. */
export interface InsertConflict {
  readonly unique: readonly string[];
  /** Empty where the new row is left out. */
  readonly update: readonly string[];
}

/**
 * Reads what is to be done about conflicts.
 *
 * @throws {ImproperlyConfigured} when no two rows need to differ in the fields that are said to be unique.
 * @throws {TypeError} when rows would be changed in nothing.
 */
export function conflictOf(meta: ModelMeta, options: ConflictOptions): InsertConflict {
  if (options.onConflict === "ignore") return { unique: [], update: [] };
  const fieldsOf = (names: readonly string[]) => names.map((name) => fieldOf(meta, name, "bulkInsert"));
  const [unique, update] = [fieldsOf(options.unique), fieldsOf(options.update)];
  if (update.length === 0) throw new TypeError('bulkInsert: name what is changed, or write onConflict: "ignore".');
  mustBeUnique(meta, unique);
  const changed = meta.fields.filter((field) => update.includes(field) || field.options.autoNow);
  return { unique: unique.map(({ column }) => column), update: changed.map(({ column }) => column) };
}

function mustBeUnique(meta: ModelMeta, fields: readonly FieldMeta[]): void {
  const sets: readonly (readonly FieldMeta[])[] = [
    ...meta.fields.filter(({ isPrimaryKey, isUnique }) => isPrimaryKey || isUnique).map((field) => [field]),
    ...meta.uniqueTogether,
    ...meta.constraints
      .filter((one) => "unique" in one && one.where === undefined)
      .map((one) => ("unique" in one ? one.unique.map((name) => fieldOf(meta, name, "constraints")) : [])),
  ];
  const wanted = new Set(fields);
  if (sets.some((set) => set.length === wanted.size && set.every((field) => wanted.has(field)))) return;
  const known = sets.map((set) => set.map(({ name }) => name).join(" and ")).join("; ");
  throw new ImproperlyConfigured(
    `bulkInsert: no two rows of ${meta.model.name} need to differ in ${fields.map(({ name }) => name).join(" and ")}. ` +
      `What is unique: ${known}.`,
  );
}
