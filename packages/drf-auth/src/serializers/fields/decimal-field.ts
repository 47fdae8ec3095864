import { compareDecimals, type Decimal, fixedDecimal, parseDecimal, plainDecimal } from "../../models/index.ts";
import { failure, type FieldOptions, type FieldWith } from "../field.ts";
import { asciiDigits, pythonText, strip } from "../python-names.ts";
import { boundValidators } from "./number-bounds.ts";

export interface DecimalFieldOptions extends FieldOptions {
  /** Digits in all; undefined: any number. */
  readonly maxDigits?: number | undefined;
  /** Digits after the point; undefined: as many as are given. */
  readonly decimalPlaces?: number | undefined;
  readonly maxValue?: number | string;
  readonly minValue?: number | string;
  /** Whether it is text on the wire, and so exact. Default true. */
  readonly coerceToString?: boolean;
  /** Whether noughts at the end are left out on the wire. Default false. */
  readonly normalizeOutput?: boolean;
}

const maxCharacters = 1000;
/** More digits than any column holds; what Python would write out digit by digit. */
const maxExponent = 100_000;

/** An exact number, as DRF's DecimalField: text with all its decimal places. */
export function decimalField<const Options extends DecimalFieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, string, Options extends { readonly coerceToString: false } ? number : string> {
  const { maxDigits, decimalPlaces, maxValue, minValue } = options;
  return Object.freeze({
    type: "decimal",
    options,
    bounds: {
      ...(minValue !== undefined && { minValue }),
      ...(maxValue !== undefined && { maxValue }),
      ...(maxDigits !== undefined && { maxDigits }),
      ...(decimalPlaces !== undefined && { decimalPlaces }),
    },
    parse: (value: unknown) => (options.allowNull && strip(pythonText(value)) === "" ? null : parse(value, options)),
    represent: (value: unknown) => represent(String(value), options),
    validators: [...(options.validators ?? []), ...boundValidators(options, compareTexts)],
  }) as FieldWith<Options, string, Options extends { readonly coerceToString: false } ? number : string>;
}

function parse(value: unknown, options: DecimalFieldOptions): string {
  const text = strip(typeof value === "string" ? value : pythonText(value));
  if (text.length > maxCharacters) throw failure(options, "max_string_length", "String value too large.");
  const decimal = parseDecimal(asciiDigits(text));
  if (!decimal || Math.abs(decimal.exponent) > maxExponent) {
    throw failure(options, "invalid", "A valid number is required.");
  }
  checkDigits(decimal, options);
  return textOf(decimal, options.decimalPlaces);
}

function checkDigits({ digits, exponent }: Decimal, options: DecimalFieldOptions): void {
  const { maxDigits, decimalPlaces: maxPlaces } = options;
  const places = Math.max(0, -exponent);
  const total = exponent >= 0 ? digits.length + exponent : Math.max(digits.length, places);
  const whole = total - places;
  const fail = (key: string, text: string, limit: number) =>
    failure(options, key, text, { [key]: limit, ...named(options) });
  if (maxDigits !== undefined && total > maxDigits) {
    throw fail("max_digits", "Ensure that there are no more than {max_digits} digits in total.", maxDigits);
  }
  if (maxPlaces !== undefined && places > maxPlaces) {
    const text = "Ensure that there are no more than {max_decimal_places} decimal places.";
    throw fail("max_decimal_places", text, maxPlaces);
  }
  if (maxDigits === undefined || maxPlaces === undefined || whole <= maxDigits - maxPlaces) return;
  const text = "Ensure that there are no more than {max_whole_digits} digits before the decimal point.";
  throw fail("max_whole_digits", text, maxDigits - maxPlaces);
}

function named({ maxDigits, decimalPlaces }: DecimalFieldOptions): Readonly<Record<string, unknown>> {
  return { max_digits: maxDigits, max_decimal_places: decimalPlaces };
}

function textOf(decimal: Decimal, places: number | undefined): string {
  return places === undefined ? plainDecimal(decimal) : fixedDecimal(decimal, places);
}

function represent(text: string, { decimalPlaces, normalizeOutput, coerceToString = true }: DecimalFieldOptions) {
  // A row's text has its places already, as most do.
  const isWhole = decimalPlaces !== undefined && decimalPlaces > 0 && text.at(-1 - decimalPlaces) === ".";
  if (isWhole && coerceToString && !normalizeOutput) return text;
  const decimal = parseDecimal(text);
  if (!decimal) return text;
  const fixed = textOf(decimal, decimalPlaces);
  const shown = normalizeOutput && fixed.includes(".") ? fixed.replace(/\.?0+$/, "") : fixed;
  return coerceToString ? shown : Number(shown);
}

function compareTexts(value: unknown, limit: number | string): number {
  const [one, other] = [parseDecimal(String(value)), parseDecimal(String(limit))];
  if (!one || !other) throw new TypeError(`A bound of a decimal is a number: ${limit}.`);
  return compareDecimals(one, other);
}
