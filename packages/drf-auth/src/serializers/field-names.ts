import { ImproperlyConfigured } from "../errors.ts";
import type { ModelMeta } from "../models/index.ts";
import { didYouMean } from "../settings.ts";

/** What says which fields a model's serializer has. */
export interface FieldNames {
  readonly fields?: readonly string[] | "__all__";
  readonly exclude?: readonly string[];
  readonly declared?: Readonly<Record<string, unknown>>;
}

/** The names of a serializer's fields in their order; all of them as DRF orders them: key, declared, columns, relations. */
export function serializerFieldNames(
  meta: ModelMeta,
  { fields, exclude, declared = {} }: FieldNames,
): readonly string[] {
  if (fields !== undefined && fields !== "__all__") return fields;
  const isRelation = (name: string) => meta.fieldsByName.get(name)?.related !== undefined;
  const columns = meta.fields.filter(({ isPrimaryKey }) => !isPrimaryKey).map(({ name }) => name);
  const all = new Set([
    meta.primaryKey.name,
    ...Object.keys(declared),
    ...columns.filter((name) => !isRelation(name)),
    ...columns.filter(isRelation),
    ...meta.manyToMany.map(({ name }) => name),
  ]);
  for (const name of exclude ?? []) {
    if (all.delete(name)) continue;
    throw new ImproperlyConfigured(
      `The serializer of ${meta.model.name} excludes "${name}", which it does not have.${didYouMean(name, [...all])}`,
    );
  }
  return [...all];
}
