import { ImproperlyConfigured } from "../../errors.ts";
import type { FieldMeta, ModelMeta } from "../model-meta.ts";

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

/** What the rows are called that refer to one, seen from that. */
export function reverseName({ modelName }: ModelMeta, { relatedName }: { readonly relatedName?: string }): string {
  return relatedName ?? `${modelName}_set`;
}

/**
 * @throws {ImproperlyConfigured} when two relations that lead to a model have one name from there, or that of its own
 *   field: one of them could not be reached.
 */
export function refuseClashes(meta: ModelMeta): void {
  const taken = new Map(
    [...meta.fieldsByName.keys(), ...meta.manyToMany.map(({ name }) => name)].map((name) => [
      name,
      `its field ${name}`,
    ]),
  );
  const own = meta.referrers.filter(({ meta: other }) => !other.model.options.isJoin);
  const reversed = [
    ...own.map(({ meta: other, field }) => [other, field.name, field.options] as const),
    ...meta.manyReferrers.map(({ meta: other, relation }) => [other, relation.name, relation.options] as const),
  ];
  for (const [other, field, options] of reversed) {
    const name = reverseName(other, options);
    const what = `${other.model.name}.${field}`;
    const known = taken.get(name);
    if (known !== undefined) {
      throw new ImproperlyConfigured(
        `From ${meta.model.name} both ${known} and ${what} are called "${name}". Give ${what} a \`relatedName\`.`,
      );
    }
    taken.set(name, what);
  }
}

/** Finds the relation of that name that leads from a model to any number of rows. */
export function toManyOf(meta: ModelMeta, name: string): ToMany | undefined {
  const own = meta.manyToMany.find((one) => one.name === name);
  if (own) return { related: own.related, through: own.join, source: own.source, target: own.target };
  const referrer = meta.referrers.find(
    ({ meta: other, field }) => !other.model.options.isJoin && reverseName(other, field.options) === name,
  );
  if (referrer) return { related: referrer.meta, through: referrer.meta, source: referrer.field, target: undefined };
  const many = meta.manyReferrers.find(
    ({ meta: other, relation: { options } }) => reverseName(other, options) === name,
  );
  if (!many) return undefined;
  const { join, source, target } = many.relation;
  return { related: many.meta, through: join, source: target, target: source };
}
