import { wholeNumberDigits } from "../../http/index.ts";
import { failure, type FieldOptions, type FieldWith, type SerializerField } from "../field.ts";
import { boundValidators, compareNumbers } from "./number-bounds.ts";

export interface IntegerFieldOptions extends FieldOptions {
  readonly maxValue?: bigint | number;
  readonly minValue?: bigint | number;
}

const maxCharacters = 1000;
/** As DRF's pattern for it. */
const INTEGRAL_FRACTION = /\.0*\s*$/;
/** From here on Python writes a float with an exponent, and reads none in a whole number. */
const firstExponential = 1e16;

/** A whole number, as DRF's IntegerField: `"1"`, `1.0` and `"1.0"` count, `1.5` and `true` do not. */
export function integerField<const Options extends IntegerFieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, number> {
  return wholeNumberField(options, "A valid integer is required.") as FieldWith<Options, number>;
}

/** A whole number of any size, as DRF's BigIntegerField; it is always a bigint, and exact on the wire. */
export function bigIntegerField<const Options extends IntegerFieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, bigint, bigint | number> {
  const whole = wholeNumberField(options, "A valid biginteger is required.");
  return Object.freeze({
    ...whole,
    parse: (value: unknown, context: never) => BigInt(whole.parse(value, context) as bigint | number),
    represent: (value: unknown) => (Number.isSafeInteger(Number(value)) ? Number(value) : value),
  }) as FieldWith<Options, bigint, bigint | number>;
}

function wholeNumberField(options: IntegerFieldOptions, invalid: string): SerializerField {
  const { maxValue, minValue } = options;
  return Object.freeze({
    type: "integer",
    options,
    bounds: { ...(minValue !== undefined && { minValue }), ...(maxValue !== undefined && { maxValue }) },
    parse: (value: unknown) => {
      const whole = wholeNumber(value, options);
      if (whole !== undefined) return whole;
      throw failure(options, "invalid", invalid);
    },
    validators: [...(options.validators ?? []), ...boundValidators(options, compareNumbers)],
  });
}

function wholeNumber(value: unknown, options: FieldOptions): bigint | number | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number")
    return Number.isInteger(value) && Math.abs(value) < firstExponential ? value : undefined;
  if (typeof value !== "string") return undefined;
  if (value.length > maxCharacters) throw failure(options, "max_string_length", "String value too large.");
  const digits = wholeNumberDigits(value.replace(INTEGRAL_FRACTION, ""));
  if (digits === undefined) return undefined;
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
}
