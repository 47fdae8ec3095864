/** An exact number: `digits` without leading zeros times ten to the `exponent`. */
export interface Decimal {
  readonly isNegative: boolean;
  /** At least one digit; `0` for nought. */
  readonly digits: string;
  readonly exponent: number;
}

const DECIMAL = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d{1,15}))?$/i;

/** Reads a number as Python's Decimal reads text, which may have underscores; undefined where it is none. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text.replaceAll("_", ""));
  if (!match) return undefined;
  const [, sign, whole = "", fraction = "", onlyFraction = "", power = "0"] = match;
  const after = fraction || onlyFraction;
  const digits = (whole + after).replace(/^0+(?=\d)/, "");
  return { isNegative: sign === "-", digits, exponent: Number(power) - after.length };
}

/** The number with so many digits after its point; what is beyond them is rounded, halves to the even digit. */
export function fixedDecimal({ isNegative, digits, exponent }: Decimal, places: number): string {
  const shift = exponent + places;
  const unsigned = shift >= 0 ? digits + "0".repeat(digits === "0" ? 0 : shift) : rounded(digits, -shift);
  const padded = unsigned.padStart(places + 1, "0");
  const point = padded.length - places;
  return `${isNegative ? "-" : ""}${padded.slice(0, point)}${places > 0 ? `.${padded.slice(point)}` : ""}`;
}

/** The number with so many digits after its point; undefined where that would be another number. */
export function exactDecimal(value: number, places: number): string | undefined {
  const power = powersOfTen[places] ?? Number.NaN;
  const scaled = Math.round(value * power);
  // `toFixed` takes twice as long; below 2^50 both round to the same whole number.
  if (scaled > 0 && scaled < 2 ** 50 && scaled / power === value) {
    const digits = String(scaled).padStart(places + 1, "0");
    const point = digits.length - places;
    return places === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  }
  const text = value.toFixed(places);
  // From 10^21 on it is written with an exponent.
  return Number(text) === value && !text.includes("e") ? text : undefined;
}

const powersOfTen: readonly number[] = Array.from({ length: 16 }, (_, power) => 10 ** power);

/** The number with all the digits that it has and no exponent. */
export function plainDecimal(decimal: Decimal): string {
  return fixedDecimal(decimal, Math.max(0, -decimal.exponent));
}

/** Compares two numbers exactly: below 0 where the first is the smaller. */
export function compareDecimals(one: Decimal, other: Decimal): number {
  const exponent = Math.min(one.exponent, other.exponent);
  const difference = scaled(one, exponent) - scaled(other, exponent);
  return difference < 0n ? -1 : Number(difference > 0n);
}

function scaled({ isNegative, digits, exponent }: Decimal, to: number): bigint {
  const value = BigInt(digits) * 10n ** BigInt(exponent - to);
  return isNegative ? -value : value;
}

function rounded(digits: string, dropped: number): string {
  const padded = digits.padStart(dropped + 1, "0");
  const kept = BigInt(padded.slice(0, -dropped));
  const rest = padded.slice(-dropped);
  const half = `5${"0".repeat(dropped - 1)}`;
  const isUp = rest > half || (rest === half && kept % 2n === 1n);
  return String(isUp ? kept + 1n : kept);
}
