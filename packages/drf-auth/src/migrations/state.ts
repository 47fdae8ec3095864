import type { FieldMeta, ModelMeta, ModelRegistry } from "../models/index.ts";
import type { FieldState, ModelState, Operation } from "./operations.ts";

/** All models as plain data, by name: what the models are, or what migrations have made of the tables. */
export type ProjectState = ReadonlyMap<string, ModelState>;

/** The state that the models declare. */
export function stateOfModels(registry: ModelRegistry): ProjectState {
  return new Map(registry.metas.map((meta) => [meta.model.name, stateOfModel(meta, registry)]));
}

/** The state that some operations lead to. */
export function stateAfter(state: ProjectState, operations: readonly Operation[]): ProjectState {
  return new Map([...state, ...operations.map(({ model }) => [model.name, model] as const)]);
}

function stateOfModel(meta: ModelMeta, registry: ModelRegistry): ModelState {
  return {
    name: meta.model.name,
    table: meta.table,
    fields: Object.fromEntries(meta.fields.map((field) => [field.name, stateOfField(field, registry)])),
    uniqueTogether: meta.uniqueTogether.map((fields) => fields.map((field) => field.name)),
  };
}

function stateOfField({ kind, options, isPrimaryKey, related }: FieldMeta, registry: ModelRegistry): FieldState {
  return {
    kind,
    ...(related && { to: related === registry.user ? "user" : related.model.name }),
    ...(isPrimaryKey && { primaryKey: true }),
    ...(options.maxLength !== undefined && { maxLength: options.maxLength }),
    ...(options.null && { null: true }),
    ...(options.unique && !isPrimaryKey && { unique: true }),
    ...(options.index && { index: true }),
  };
}
