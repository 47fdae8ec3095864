import { ValidationError } from "../../errors.ts";
import { wholeNumberDigits } from "../../http/index.ts";
import type { FieldOptions, SerializerField, Validator } from "../field.ts";

export interface IntegerFieldOptions extends FieldOptions {
  readonly maxValue?: number;
  readonly minValue?: number;
}

const maxCharacters = 1000;
/** As DRF's pattern for it. */
const INTEGRAL_FRACTION = /\.0*\s*$/;

/** A whole number, as DRF's IntegerField: `"1"`, `1.0` and `"1.0"` count, `1.5` and `true` do not. */
export function integerField<const Options extends IntegerFieldOptions>(
  options: Options = {} as Options,
): SerializerField<number, Options["required"] extends false ? false : true> {
  const { maxValue, minValue } = options;
  return Object.freeze({
    type: "integer",
    options,
    bounds: { ...(minValue !== undefined && { minValue }), ...(maxValue !== undefined && { maxValue }) },
    emptyInForm: (given) => (given.allowNull ? null : undefined),
    parse,
    validators: [
      ...(options.validators ?? []),
      ...(maxValue === undefined ? [] : [bound(maxValue, "less", (value) => value <= maxValue)]),
      ...(minValue === undefined ? [] : [bound(minValue, "greater", (value) => value >= minValue)]),
    ],
  } satisfies SerializerField<number>);
}

function parse(value: unknown): number | bigint {
  if (typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value))) return value;
  if (typeof value === "string") {
    if (value.length > maxCharacters) throw new ValidationError("String value too large.");
    const digits = wholeNumberDigits(value.replace(INTEGRAL_FRACTION, ""));
    if (digits !== undefined) return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
  }
  throw new ValidationError("A valid integer is required.");
}

function bound(limit: number, word: "less" | "greater", isWithin: (value: number | bigint) => boolean): Validator {
  const message = `Ensure this value is ${word} than or equal to ${limit}.`;
  return (value) => (isWithin(value as number | bigint) ? undefined : message);
}
