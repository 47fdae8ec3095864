import type { FieldMeta, ModelMeta } from "./model-meta.ts";

/** A relation that leads to any number of rows: one of many to many, or another model's relation from its other end. */
export interface ToMany {
  readonly related: ModelMeta;
  /** The model whose rows say which belong together. */
  readonly through: ModelMeta;
  /** Its relation to where one comes from. */
  readonly source: FieldMeta;
  /** Its relation to where one goes; undefined where it is there already. */
  readonly target: FieldMeta | undefined;
}

/** Finds the relation of that name that leads from a model to any number of rows. */
export function toManyOf(meta: ModelMeta, name: string): ToMany | undefined {
  const own = meta.manyToMany.find((one) => one.name === name);
  if (own) return { related: own.related, through: own.join, source: own.source, target: own.target };
  const referrer = meta.referrers.find(
    ({ meta: other, field }) =>
      !other.model.options.isJoin && (field.options.relatedName ?? `${other.modelName}_set`) === name,
  );
  return referrer && { related: referrer.meta, through: referrer.meta, source: referrer.field, target: undefined };
}
