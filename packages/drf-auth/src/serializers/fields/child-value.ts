import { failure, nullMessage, type SerializerField, type ValidationContext } from "../field.ts";
import { runValidators } from "../validators.ts";

/** One value inside of another, as its own field takes it. */
export async function childValue(item: unknown, child: SerializerField, context: ValidationContext): Promise<unknown> {
  if (item === null) {
    if (child.options.allowNull) return null;
    throw failure(child.options, "null", nullMessage);
  }
  const value = await child.parse(item, context);
  return value === null ? null : runValidators(value, child.validators, context);
}
