import { ImproperlyConfigured } from "../../errors.ts";
import { columnPath, type FieldMeta, type ModelMeta, type ToMany, toManyOf } from "../../models/index.ts";
import type { FieldPlace } from "../field.ts";

/** Where a source leads from a model: over relations to one row, or from a row to many. */
export interface RelationAt {
  readonly relations: readonly FieldMeta[];
  readonly related: ModelMeta;
  readonly toMany: ToMany | undefined;
}

/** Finds the relation that a field's source names, or its own name. */
export function relationAt({ meta, name }: FieldPlace, source = name): RelationAt {
  const toMany = toManyOf(meta, source);
  if (toMany) return { relations: [], related: toMany.related, toMany };
  const where = `The serializer of ${meta.model.name}`;
  const { relations, field } = columnPath(meta, source, where);
  if (field.related) return { relations: [...relations, field], related: field.related, toMany: undefined };
  throw new ImproperlyConfigured(`${where}: "${source}" is no relation, so ${name} leads to no row.`);
}
