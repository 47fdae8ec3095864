import { ImproperlyConfigured } from "../errors.ts";
import type { FieldName, Model, ModelRegistry, SourcePath } from "../models/index.ts";
import { BoundModelSerializer } from "./bound-model-serializer.ts";
import type { SerializerField } from "./field.ts";

declare const facts: unique symbol;

export type Declared<M extends Model> = Readonly<
  Record<string, SerializerField & { readonly options: { readonly source?: SourcePath<M> } }>
>;

export interface ModelSerializerOptions<M extends Model, Names extends string, D> {
  /** What is given out, in this order: fields of the model and those that are declared. */
  readonly fields: readonly Names[];
  /** Fields that are not as the model has them. */
  readonly declared?: D;
  /** Fields of the model that are given and never taken. */
  readonly readOnlyFields?: readonly Extract<Names, FieldName<M>>[];
  /** A last check over all fields; it gives the values that count, or raises ValidationError. */
  readonly validate?: (values: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
}

/** How rows of a model come in and go out. */
export interface ModelSerializer<M extends Model = Model> {
  readonly model: M;
  bind(registry: ModelRegistry): BoundModelSerializer;
  readonly [facts]?: { readonly model: M };
}

/** Declares a serializer from a model, as DRF's ModelSerializer: validation and messages follow from the fields. */
export function modelSerializer<
  M extends Model,
  const D extends Declared<M> = Record<never, never>,
  const Names extends FieldName<M> | Extract<keyof D, string> = FieldName<M> | Extract<keyof D, string>,
>(model: M, options: ModelSerializerOptions<M, Names, D>): ModelSerializer<M> {
  const names: readonly string[] = options.fields;
  for (const name of Object.keys(options.declared ?? {})) {
    if (names.includes(name)) continue;
    throw new ImproperlyConfigured(
      `modelSerializer(${model.name}): "${name}" is declared but not in \`fields\`. Add it there, or remove it.`,
    );
  }
  return Object.freeze({
    model,
    bind: (registry: ModelRegistry) => new BoundModelSerializer(registry.meta(model), options),
  });
}
