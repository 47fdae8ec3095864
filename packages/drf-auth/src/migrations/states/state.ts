import type { FieldMeta, ModelMeta, ModelRegistry } from "../../models/index.ts";
import {
  type ColumnOption,
  columnOptions,
  type ConstraintState,
  type FieldState,
  type ModelState,
} from "../operations.ts";

/** All models as plain data, by name: what the models are, or what migrations have made of the tables. */
export type ProjectState = ReadonlyMap<string, ModelState>;

/** The state that the models declare. */
export function stateOfModels(registry: ModelRegistry): ProjectState {
  return new Map(registry.metas.map((meta) => [meta.model.name, stateOfModel(meta, registry)]));
}

function stateOfModel(meta: ModelMeta, registry: ModelRegistry): ModelState {
  return {
    name: meta.model.name,
    table: meta.table,
    fields: Object.fromEntries(meta.fields.map((field) => [field.name, stateOfField(field, registry)])),
    uniqueTogether: meta.uniqueTogether.map((fields) => fields.map((field) => field.name)),
    indexes: meta.indexes.map(({ name, columns, where }) => ({
      name,
      fields: columns.map(({ field, isDescending }) => `${isDescending ? "-" : ""}${field.name}`),
      ...(where !== undefined && { where }),
    })),
    constraints: meta.constraints.map(({ message: _said, ...constraint }): ConstraintState => constraint),
  };
}

function stateOfField({ kind, options, related }: FieldMeta, registry: ModelRegistry): FieldState {
  return withoutImplied({
    ...options,
    kind,
    ...(related && { to: related === registry.user ? "user" : related.model.name }),
  });
}

/** Leaves out what says nothing: false, an index that is there anyway, and the like. */
export function withoutImplied(field: FieldState): FieldState {
  const isKey = field.primaryKey === true;
  const isUnique = isKey || field.unique === true || field.kind === "oneToOne";
  const implied: Partial<Record<ColumnOption, boolean>> = {
    null: isKey || field.null === false,
    unique: isKey || field.kind === "oneToOne" || field.unique === false,
    index: isUnique || field.index === (field.to !== undefined),
    primaryKey: !isKey,
  };
  const kept = Object.keys(columnOptions) as (keyof typeof columnOptions)[];
  return {
    kind: field.kind,
    ...(field.to !== undefined && { to: field.to }),
    ...Object.fromEntries(
      kept.flatMap((name) => {
        if (!columnOptions[name]) return [];
        const value = field[name as ColumnOption];
        return value === undefined || implied[name as ColumnOption] ? [] : [[name, value]];
      }),
    ),
  };
}
