import { ValidationError } from "../../errors.ts";

const DECIMAL = /^([+-]?)(\d+\.?\d*|\.\d+)(?:e([+-]?\d+))?$/i;
const largest = 1e50;

/**
 * Reads a number as Django's DecimalField, and gives its text.
 *
 * @throws {ValidationError} when it is none, or greater than 1e50, which is django-filter's bound.
 */
export function decimalText(text: string): string {
  const plain = text.trim().replaceAll("_", "");
  const [whole, sign] = DECIMAL.exec(plain) ?? [];
  if (whole === undefined) throw new ValidationError("Enter a number.");
  if (Number(plain) > largest) throw new ValidationError("Ensure this value is less than or equal to 1e+50.");
  return sign === "+" ? plain.slice(1) : plain;
}

/** Reads a number and cuts off its fraction, as Django does before it compares a column of whole numbers. */
export function wholePart(text: string): number | bigint {
  const plain = decimalText(text);
  const number = Number(plain);
  // A real number compares as it should with the 64 bits of a column, and the driver takes no longer whole one.
  if (Math.abs(number) >= 2 ** 63) return Math.max(number, -Number.MAX_VALUE);
  if (/e/i.test(plain)) return Math.trunc(number);
  const whole = /^-?\d+/.exec(plain)?.[0] ?? "0";
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : BigInt(whole);
}
