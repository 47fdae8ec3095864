import type { Form } from "../../http/index.ts";
import { failure, type FieldOptions, type SerializerField, type ValidationContext } from "../field.ts";
import { pythonTypeName } from "../python-names.ts";

export interface ManyRelatedFieldOptions extends FieldOptions {
  /** Whether none counts. Default true. */
  readonly allowEmpty?: boolean;
}

/** Any number of related rows, as DRF's ManyRelatedField; the first that is wrong is told alone. */
export function manyRelatedField(
  child: SerializerField,
  options: ManyRelatedFieldOptions = {},
): SerializerField<readonly unknown[]> {
  return Object.freeze({
    type: "field",
    options,
    // A form with nothing chosen does not send the name at all.
    fromForm: (form: Form, name: string, isPartial: boolean) =>
      form.has(name) || !isPartial ? form.getAll(name) : undefined,
    parse: async (value: unknown, context: ValidationContext) => {
      if (typeof value !== "object" || value === null) {
        const text = 'Expected a list of items but got type "{input_type}".';
        throw failure(options, "not_a_list", text, { input_type: pythonTypeName(value) });
      }
      // To Python an object is the list of its keys.
      const items: readonly unknown[] = Array.isArray(value) ? value : Object.keys(value);
      if (items.length === 0 && options.allowEmpty === false) {
        throw failure(options, "empty", "This list may not be empty.");
      }
      const keys: unknown[] = [];
      for (const item of items) {
        keys.push(await child.parse(item, context));
      }
      return keys;
    },
    validators: options.validators ?? [],
  });
}
