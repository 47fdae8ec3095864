import { ValidationError } from "../../errors.ts";
import type { FieldOptions, SerializerField } from "../field.ts";

const FORMAT = "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]";
const DATE_TIME =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6})\d{0,6})?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** A point in time, as DRF's DateTimeField; without an offset it is taken for UTC. A row holds it as ISO text in UTC. */
export function dateTimeField<const Options extends FieldOptions>(
  options: Options = {} as Options,
): SerializerField<string, Options["required"] extends false ? false : true> {
  return Object.freeze({
    type: "datetime",
    options,
    emptyInForm: (given) => (given.allowNull ? null : undefined),
    parse,
    validators: options.validators ?? [],
  } satisfies SerializerField<string>);
}

function parse(value: unknown): string {
  const match = typeof value === "string" ? DATE_TIME.exec(value) : null;
  const iso = match && isoOf(match);
  if (iso) return iso;
  throw new ValidationError(`Datetime has wrong format. Use one of these formats instead: ${FORMAT}.`);
}

function isoOf(match: RegExpExecArray): string | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const time = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  time.setUTCFullYear(year, month - 1, day);
  const isReal =
    year > 0 &&
    time.getUTCMonth() === month - 1 &&
    time.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  if (!isReal) return undefined;
  time.setTime(time.getTime() - offsetMinutes(match[8]) * 60_000);
  if (time.getUTCFullYear() < 1 || time.getUTCFullYear() > 9999) {
    throw new ValidationError("Datetime value out of range.");
  }
  const microseconds = (match[7] ?? "").padEnd(6, "0");
  return `${time.toISOString().slice(0, 19)}${microseconds === "000000" ? "" : `.${microseconds}`}Z`;
}

function offsetMinutes(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === "Z") return 0;
  const digits = zone.slice(1).replace(":", "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0);
  return zone.startsWith("-") ? -minutes : minutes;
}
