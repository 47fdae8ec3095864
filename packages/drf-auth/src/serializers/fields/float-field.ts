import { failure, type FieldOptions, type FieldWith } from "../field.ts";
import { asciiDigits, strip } from "../python-names.ts";
import { boundValidators, compareNumbers } from "./number-bounds.ts";

export interface FloatFieldOptions extends FieldOptions {
  readonly maxValue?: number;
  readonly minValue?: number;
}

const maxCharacters = 1000;
const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i;

/** A number, as DRF's FloatField: text that Python's `float` reads counts; nothing that is not finite does. */
export function floatField<const Options extends FloatFieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, number> {
  const { maxValue, minValue } = options;
  return Object.freeze({
    type: "float",
    options,
    bounds: { ...(minValue !== undefined && { minValue }), ...(maxValue !== undefined && { maxValue }) },
    parse: (value: unknown) => parse(value, options),
    validators: [...(options.validators ?? []), ...boundValidators(options, compareNumbers)],
  });
}

function parse(value: unknown, options: FieldOptions): number {
  const number = numberOf(value, options);
  if (Number.isFinite(number)) return number;
  if (typeof value === "bigint") throw failure(options, "overflow", "Integer value too large to convert to float");
  throw failure(options, "invalid", "A valid number is required.");
}

function numberOf(value: unknown, options: FieldOptions): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  if (typeof value !== "string") return Number.NaN;
  if (value.length > maxCharacters) throw failure(options, "max_string_length", "String value too large.");
  const text = asciiDigits(strip(value));
  return FLOAT.test(text) ? Number(text.replaceAll("_", "")) : Number.NaN;
}
