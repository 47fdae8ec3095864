import { ValidationError } from "../../errors.ts";
import type { ModelMeta } from "../../models/index.ts";
import type { FieldOptions, SerializerField } from "../field.ts";
import { pythonTypeName } from "../python-names.ts";

/** The primary key of a row of another model, as DRF's PrimaryKeyRelatedField; the row must exist. */
export function primaryKeyField(meta: ModelMeta, options: FieldOptions = {}): SerializerField<number> {
  return Object.freeze({
    type: "field",
    options,
    emptyInForm: (given) => (given.allowNull ? null : undefined),
    parse: async (value, context) => {
      const key = keyOf(value);
      if (
        !(await context
          .objects(meta)
          .filter({ [meta.primaryKey.name]: key } as never)
          .exists())
      ) {
        throw new ValidationError(`Invalid pk "${String(value)}" - object does not exist.`);
      }
      return key;
    },
    validators: options.validators ?? [],
  } satisfies SerializerField<number>);
}

function keyOf(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value)) return value;
  if (typeof value === "string" && /^\s*[+-]?\d{1,15}\s*$/.test(value)) return Number(value);
  throw new ValidationError(`Incorrect type. Expected pk value, received ${pythonTypeName(value)}.`);
}
