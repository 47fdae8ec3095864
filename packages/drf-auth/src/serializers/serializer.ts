import { ImproperlyConfigured } from "../errors.ts";
import { Form } from "../http/index.ts";
import { isStandardSchema, type StandardSchema } from "../models/index.ts";
import { BoundSerializer, type FieldValidator, type NamedField } from "./bound-serializer.ts";
import type { RepresentedData, SerializerField, ValidatedData, ValidationContext } from "./field.ts";
import type { Typed } from "./infer.ts";
import { checkedBySchema } from "./standard-schema.ts";

type SerializerFields = Readonly<Record<string, SerializerField>>;

/** What a request's data must look like. */
export interface Serializer<Input = unknown, Output = unknown> extends Typed<Input, Output> {
  readonly bound: Pick<BoundSerializer, "describe" | "validate">;
  /** Makes what goes out of an object that has what the fields' sources name. */
  readonly represent: (value: object) => Output;
}

export interface SerializerOptions<Input> {
  /** A last check over all fields; it gives the values that count, or raises ValidationError. */
  readonly validate?: (values: Input, context: ValidationContext) => Input | Promise<Input>;
  /** Checks by field name, as DRF's `validate_<name>`: each gives the value that counts, or raises ValidationError. */
  readonly validateFields?: {
    readonly [Name in keyof Input]?: (value: Exclude<Input[Name], undefined>, context: ValidationContext) => unknown;
  };
}

/** Declares a serializer that belongs to no model, field by field. */
export function serializer<const Fields extends SerializerFields>(
  fields: Fields,
  options: SerializerOptions<ValidatedData<Fields>> = {},
): Serializer<ValidatedData<Fields>, RepresentedData<Fields>> {
  const named = Object.entries(fields).map(([name, field]) => ({ name, field }));
  for (const { name, field } of named) {
    if ((field.bind ?? field.reader) && !field.standsAlone) {
      throw new ImproperlyConfigured(`serializer: "${name}" is about a model's rows. Write it into a modelSerializer.`);
    }
  }
  const bound = new BoundSerializer(named, {
    validate: options.validate as never,
    validateFields: options.validateFields as Readonly<Record<string, FieldValidator>> | undefined,
  });
  const given = named.filter(({ field }) => !field.options.writeOnly);
  return Object.freeze({
    bound,
    represent: (value: object) => Object.fromEntries(given.map((one) => [one.name, represented(value, one)])) as never,
  });
}

/** What takes a request's data: a serializer, or a schema of any library that speaks Standard Schema. */
export type SerializerLike<Input> = Serializer<Input> | StandardSchema<unknown, Input>;

/** Makes a serializer of what is one already, or a Standard Schema. */
export function serializerOf<Input>(given: SerializerLike<Input>): Serializer<Input> {
  if (!isStandardSchema(given)) return given;
  return {
    bound: {
      describe: () => [],
      validate: async (data) =>
        (await checkedBySchema(given, data instanceof Form ? plainObject(data) : data)) as Readonly<
          Record<string, unknown>
        >,
    },
    represent: (value) => value,
  };
}

/** A form as an object: a list where a name came more than once. */
function plainObject(form: Form): object {
  return Object.fromEntries(
    form.names().map((name) => {
      const values = form.getAll(name);
      return [name, values.length > 1 ? values : values[0]];
    }),
  );
}

function represented(object: object, { name, field }: NamedField): unknown {
  const source = field.options.source ?? name;
  let value: unknown = object;
  for (const part of source === "*" ? [] : source.split(".")) {
    value =
      typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[part] : undefined;
  }
  if (value === null || value === undefined) return null;
  return field.represent ? field.represent(value) : value;
}
