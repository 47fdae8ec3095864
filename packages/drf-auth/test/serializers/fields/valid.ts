import { ValidationError } from "../../../src/errors.ts";
import { serializer, type SerializerField, type ValidationContext } from "../../../src/serializers/index.ts";

const context: ValidationContext = {
  isPartial: false,
  instanceKey: undefined,
  objects: () => {
    throw new TypeError("No field here asks for rows.");
  },
};

/** What a serializer of one field makes of a value, or the messages with which it refuses it. */
export async function outcome(field: SerializerField, value: unknown): Promise<unknown> {
  return outcomeOf({ field }, { field: value }).then((all) => (all as Readonly<Record<string, unknown>>)["field"]);
}

/** What a serializer makes of data, or the detail with which it refuses it. */
export async function outcomeOf(
  fields: Readonly<Record<string, SerializerField>>,
  data: unknown,
  more: Partial<ValidationContext> = {},
): Promise<unknown> {
  try {
    return await serializer(fields).bound.validate(data, { ...context, ...more });
  } catch (error) {
    if (error instanceof ValidationError) return error.detail;
    throw error;
  }
}
