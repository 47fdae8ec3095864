import { ImproperlyConfigured } from "../errors.ts";
import type { UploadedFile } from "../http/index.ts";
import type {
  FieldName,
  FieldOutput,
  FileName,
  Insert,
  ManyName,
  Model,
  ModelRegistry,
  Row,
  SourcePath,
} from "../models/index.ts";
import { BoundModelSerializer, type BoundModelSerializerOptions } from "./bound-model-serializer.ts";
import type { FieldOptions, RepresentedData, SerializerField, ValidatedData, ValidationContext } from "./field.ts";
import type { Typed } from "./infer.ts";
import type { SavingContext } from "./saving-hooks.ts";

type DeclaredFields = Readonly<Record<string, SerializerField>>;

/** Refuses a source that the model does not have, where the types know it. */
type WithSources<M extends Model, D extends DeclaredFields> = {
  readonly [Name in keyof D]: D[Name] extends { readonly options: { readonly source?: infer Source } }
    ? string extends Source
      ? D[Name]
      : Exclude<Source, undefined> extends SourcePath<M>
        ? D[Name]
        : SerializerField & { readonly options: { readonly source?: SourcePath<M> } }
    : D[Name];
};

/** Options of a field that win over what the model says of it, as DRF's `extra_kwargs`. */
export interface ExtraOptions extends FieldOptions {
  readonly allowBlank?: boolean;
  readonly allowEmpty?: boolean;
  readonly maxLength?: number;
  readonly maxValue?: bigint | number | string;
  readonly minLength?: number;
  readonly minValue?: bigint | number | string;
  readonly trim?: boolean;
}

export interface ModelSerializerOptions<
  M extends Model,
  Names extends string,
  D extends DeclaredFields,
  ReadOnly extends string,
  Input = ModelInput<M, Names, D, ReadOnly>,
> {
  /** What is given out, in this order: fields of the model and those that are declared; `"__all__"` is all of them. */
  readonly fields?: readonly Names[] | "__all__";
  /** All fields but these. */
  readonly exclude?: readonly (FieldName<M> | ManyName<M>)[];
  /** Fields that are not as the model has them. */
  readonly declared?: D;
  /** Fields of the model that are given and never taken. */
  readonly readOnlyFields?: readonly ReadOnly[];
  /** Options that win over the model's, by field, as DRF's `extra_kwargs`. */
  readonly extra?: { readonly [Name in FieldName<M> | ManyName<M>]?: ExtraOptions };
  /** How many relations deep rows are shown instead of their keys; they are read-only then. Default 0. */
  readonly depth?: number;
  /** A last check over all fields; it gives the values that count, or raises ValidationError. */
  readonly validate?: (
    values: Readonly<Record<string, unknown>>,
    context: ValidationContext,
  ) => Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>;
  /** Checks by field name, as DRF's `validate_<name>`: each gives the value that counts, or raises ValidationError. */
  readonly validateFields?: { readonly [Name in Names]?: (value: never, context: ValidationContext) => unknown };
  readonly create?: (validatedData: Input, context: SavingContext) => Promise<number | string>;
  readonly update?: (object: Row<M>, validatedData: Partial<Input>, context: SavingContext) => Promise<unknown>;
}

/** How rows of a model come in and go out. */
export interface ModelSerializer<M extends Model = Model, Input = unknown, Output = unknown> extends Typed<
  Input,
  Output
> {
  readonly model: M;
  bind(registry: ModelRegistry): BoundModelSerializer;
}

type Simplify<T> = { [K in keyof T]: T[K] };

/** What a model's serializer takes in, once it is valid. */
export type ModelInput<
  M extends Model,
  Names extends string,
  D extends DeclaredFields,
  ReadOnly extends string,
> = Simplify<
  WithFiles<M, Pick<Insert<M>, Exclude<Extract<keyof Insert<M>, Names>, keyof D | ReadOnly>>> & {
    readonly [Name in Exclude<Extract<ManyName<M>, Names>, keyof D | ReadOnly>]?: FieldOutput<M, Name>;
  } & ValidatedData<Pick<D, Extract<keyof D, Names>>>
>;

/** A row has the names of files, what is sent the files themselves. */
type WithFiles<M extends Model, Values> = {
  readonly [Name in keyof Values]: Name extends FileName<M>
    ? Exclude<Values[Name], string> | UploadedFile
    : Values[Name];
};

/** What a model's serializer gives out. */
export type ModelOutput<M extends Model, Names extends string, D extends DeclaredFields> = Simplify<
  { readonly [Name in Exclude<Names, keyof D>]: FieldOutput<M, Name> } & RepresentedData<
    Pick<D, Extract<keyof D, Names>>
  >
>;

/** Declares a serializer from a model, as DRF's ModelSerializer: validation and messages follow from the fields. */
export function modelSerializer<
  M extends Model,
  const D extends DeclaredFields = Record<never, never>,
  const Names extends FieldName<M> | ManyName<M> | Extract<keyof D, string> =
    | FieldName<M>
    | ManyName<M>
    | Extract<keyof D, string>,
  const ReadOnly extends FieldName<M> | ManyName<M> = never,
>(
  model: M,
  options: ModelSerializerOptions<M, Names, D, ReadOnly> & { readonly declared?: WithSources<M, D> },
): ModelSerializer<M, ModelInput<M, Names, D, ReadOnly>, ModelOutput<M, Names, D>> {
  checkNames(model, options);
  const { create, update, ...rest } = options;
  const hooks = { ...(create && { create }), ...(update && { update }) };
  const given = { ...rest, hooks } as unknown as BoundModelSerializerOptions;
  const bound = new WeakMap<ModelRegistry, BoundModelSerializer>();
  return Object.freeze({
    model,
    bind: (registry: ModelRegistry) => {
      const one = bound.get(registry) ?? new BoundModelSerializer(registry.meta(model), given, registry);
      bound.set(registry, one);
      return one;
    },
  });
}

function checkNames(model: Model, options: Pick<BoundModelSerializerOptions, "declared" | "exclude" | "fields">): void {
  const { fields, exclude, declared = {} } = options;
  const where = `modelSerializer(${model.name})`;
  if ((fields === undefined) === (exclude === undefined)) {
    throw new ImproperlyConfigured(
      `${where}: say which \`fields\` it has ("__all__" for all), or which to \`exclude\`.`,
    );
  }
  if (fields === undefined || fields === "__all__") return;
  for (const name of Object.keys(declared)) {
    if (fields.includes(name)) continue;
    throw new ImproperlyConfigured(
      `${where}: "${name}" is declared but not in \`fields\`. Add it there, or remove it.`,
    );
  }
}
