import { durationMicroseconds, durationText } from "../../models/index.ts";
import { failure, type FieldOptions, type FieldWith, messageOf, type Validator } from "../field.ts";
import { asciiDigits, pythonText } from "../python-names.ts";

export interface DurationFieldOptions extends FieldOptions {
  /** As it is written on the wire, such as `1 00:00:00`. */
  readonly maxValue?: string;
  readonly minValue?: string;
}

const STANDARD = /^(?:(-?\d+) (?:days?, )?)?(-?)(?:(?:(\d+):(?=\d+:\d+))?(?:(\d+):)?(\d+)(?:[.,](\d{1,6})\d{0,6})?)$/;
const POSTGRES = /^(?:(-?\d+) (?:days? ?))?(?:([-+])?(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?$/;
const ISO =
  /^([-+]?)P(?:(\d+(?:[.,]\d+)?)D)?(?:T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/;
const SECOND = 1_000_000n;
const DAY = 86_400n * SECOND;
const maxDays = 999_999_999n;

/** A span of time, as DRF's DurationField: `[DD] [HH:[MM:]]ss[.uuuuuu]`, or ISO 8601 such as `P1DT2H`. */
export function durationField<const Options extends DurationFieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, string> {
  const { maxValue, minValue } = options;
  return Object.freeze({
    type: "duration",
    options,
    bounds: { ...(minValue !== undefined && { minValue }), ...(maxValue !== undefined && { maxValue }) },
    parse: (value: unknown) => parse(value, options),
    validators: [...(options.validators ?? []), ...bounds(options)],
  });
}

function parse(value: unknown, options: FieldOptions): string {
  const microseconds = microsecondsOf(asciiDigits(pythonText(value)));
  if (microseconds === undefined) {
    const text = "Duration has wrong format. Use one of these formats instead: {format}.";
    throw failure(options, "invalid", text, { format: "[DD] [HH:[MM:]]ss[.uuuuuu]" });
  }
  const isWithin = microseconds >= -maxDays * DAY && microseconds < (maxDays + 1n) * DAY;
  if (isWithin) return durationText(microseconds);
  const text = "The number of days must be between {min_days} and {max_days}.";
  throw failure(options, "overflow", text, { min_days: -maxDays, max_days: maxDays });
}

function microsecondsOf(text: string): bigint | undefined {
  const clock = STANDARD.exec(text) ?? POSTGRES.exec(text);
  if (clock) {
    const [, days = "0", sign, hours = "0", minutes = "0", seconds = "0", fraction = ""] = clock;
    const whole = (BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
    const span = whole * SECOND + BigInt(fraction.padEnd(6, "0"));
    return BigInt(days) * DAY + (sign === "-" ? -span : span);
  }
  const iso = ISO.exec(text);
  if (!iso) return undefined;
  const [, sign, days, hours, minutes, seconds] = iso;
  const span = part(days, DAY) + part(hours, 3600n * SECOND) + part(minutes, 60n * SECOND) + part(seconds, SECOND);
  return sign === "-" ? -span : span;
}

/** A span of time as Python's `str` writes it. */
function pythonSpan(text: string): string {
  const [days, clock] = text.includes(" ") ? text.split(" ", 2) : ["0", text];
  const span = (clock ?? "").replace(/^0(?=\d:)/, "");
  return days === "0" ? span : `${days} day${Math.abs(Number(days)) === 1 ? "" : "s"}, ${span}`;
}

/** A number that may have a fraction, in microseconds. */
function part(text: string | undefined, unit: bigint): bigint {
  const [whole = "0", fraction = ""] = (text ?? "0").split(/[.,]/);
  const rest = fraction === "" ? 0 : Math.round(Number(`0.${fraction}`) * Number(unit));
  return BigInt(whole) * unit + BigInt(rest);
}

function bounds(options: DurationFieldOptions): readonly Validator[] {
  const check = (
    limit: string | undefined,
    key: string,
    text: string,
    isBeyond: (value: bigint, to: bigint) => boolean,
  ) => {
    if (limit === undefined) return [];
    const to = durationMicroseconds(limit);
    if (to === undefined) throw new TypeError(`A bound of a duration is written as "1 00:00:00", not "${limit}".`);
    const message = messageOf(options, key, text, { [key]: pythonSpan(limit) });
    return [(value: unknown) => (isBeyond(durationMicroseconds(String(value)) ?? 0n, to) ? message : undefined)];
  };
  return [
    ...check(options.maxValue, "max_value", "Ensure this value is less than or equal to {max_value}.", (a, b) => a > b),
    ...check(
      options.minValue,
      "min_value",
      "Ensure this value is greater than or equal to {min_value}.",
      (a, b) => a < b,
    ),
  ];
}
