import { parseWholeNumber } from "../../http/index.ts";
import { kindOf, type ModelMeta } from "../../models/index.ts";
import { failure, type FieldOptions, type SerializerField, type ValidationContext } from "../field.ts";
import { pythonText, pythonTypeName } from "../python-names.ts";

/** The primary key of a row of another model, as DRF's PrimaryKeyRelatedField; the row must exist. */
export function primaryKeyField(meta: ModelMeta, options: FieldOptions = {}): SerializerField<number | string> {
  return Object.freeze({
    type: "field",
    options,
    isEmptyNull: true,
    parse: async (value: unknown, context: ValidationContext) => {
      const key = keyOf(meta, value, options);
      if (
        key !== undefined &&
        (await context
          .objects(meta)
          .filter({ pk: key } as never)
          .exists())
      )
        return key;
      const text = 'Invalid pk "{pk_value}" - object does not exist.';
      throw failure(options, "does_not_exist", text, { pk_value: pythonText(value) });
    },
    validators: options.validators ?? [],
  });
}

/** The key that a value stands for; undefined where no row can have it. */
function keyOf(meta: ModelMeta, value: unknown, options: FieldOptions): number | string | undefined {
  if (value === null) return undefined;
  const { isText } = kindOf(meta.primaryKey);
  if (typeof value === "string" && (isText || meta.primaryKey.kind === "uuid")) {
    if (isText) return value;
    const digits = value.replaceAll("-", "");
    if (/^[0-9a-f]{32}$/i.test(digits)) return digits.toLowerCase();
    throw failure(options, "invalid", `“${value}” is not a valid UUID.`);
  }
  const number = typeof value === "string" ? parseWholeNumber(value) : value;
  if (typeof number === "bigint") return undefined;
  if (typeof number === "number") {
    // As Python's int() of a float, by which Django reads it.
    const whole = Math.trunc(number);
    return isText ? String(number) : Number.isSafeInteger(whole) ? whole : undefined;
  }
  const text = "Incorrect type. Expected pk value, received {data_type}.";
  throw failure(options, "incorrect_type", text, { data_type: pythonTypeName(value) });
}
