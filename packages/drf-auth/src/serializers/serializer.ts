import { BoundSerializer } from "./bound-serializer.ts";
import type { SerializerField, ValidatedData } from "./field.ts";

declare const facts: unique symbol;

type SerializerFields = Readonly<Record<string, SerializerField>>;

/** What a request's data must look like. */
export interface Serializer<Input = unknown> {
  readonly bound: BoundSerializer;
  readonly [facts]?: { readonly input: Input };
}

export interface SerializerOptions<Input> {
  /** A last check over all fields; it gives the values that count, or raises ValidationError. */
  readonly validate?: (values: Input) => Input;
}

/** Declares a serializer that belongs to no model, field by field. */
export function serializer<const Fields extends SerializerFields>(
  fields: Fields,
  options: SerializerOptions<ValidatedData<Fields>> = {},
): Serializer<ValidatedData<Fields>> {
  const named = Object.entries(fields).map(([name, field]) => ({ name, field }));
  return Object.freeze({ bound: new BoundSerializer(named, options.validate as never) });
}
