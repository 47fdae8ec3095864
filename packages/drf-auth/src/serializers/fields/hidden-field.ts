import type { UserKey } from "../../http/index.ts";
import type { FieldOptions, SerializerField, ValidationContext } from "../field.ts";

/** A value that no client sends or sees, as DRF's HiddenField: `hiddenField({ default: currentUser })`. */
export function hiddenField<Value>(
  options: Omit<FieldOptions, "default"> & { readonly default: Value | ((context: ValidationContext) => Value) },
): SerializerField<Value, true, never> {
  return Object.freeze({
    type: "field",
    options: { ...options, writeOnly: true },
    isHidden: true,
    // Whatever is sent under its name counts as little as an unknown name.
    parse: (_value: unknown, context: ValidationContext) => defaultValue(options.default, context),
    validators: options.validators ?? [],
  }) as SerializerField<Value, true, never>;
}

/** The id of who sends the request, or null for nobody: a default, as DRF's CurrentUserDefault. */
export function currentUser({ user }: ValidationContext): UserKey | null {
  return user?.id ?? null;
}

/** What counts when nothing is sent: a value, or what a function gives. */
export function defaultValue(value: unknown, context: ValidationContext): unknown {
  return typeof value === "function" ? (value as (context: ValidationContext) => unknown)(context) : value;
}
