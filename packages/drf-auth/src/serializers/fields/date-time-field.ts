import { failure, type FieldOptions, type FieldWith } from "../field.ts";
import { clockText, dayText, parseMoment } from "../python-time.ts";

const FORMAT = "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]";
const millisecond = 1000;

/** A point in time, as DRF's DateTimeField; without an offset it is taken for UTC. A row holds it as ISO text in UTC. */
export function dateTimeField<const Options extends FieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, string> {
  return Object.freeze({
    type: "datetime",
    options,
    parse: (value: unknown) => parse(value, options),
    validators: options.validators ?? [],
  });
}

function parse(value: unknown, options: FieldOptions): string {
  const moment = typeof value === "string" ? parseMoment(value) : undefined;
  if (!moment) {
    const text = "Datetime has wrong format. Use one of these formats instead: {format}.";
    throw failure(options, "invalid", text, { format: FORMAT });
  }
  const { day, clock } = moment;
  if (!clock.offset) return `${dayText(day)}T${clockText(clock)}Z`;
  // Days and seconds by Date, microseconds apart: a Date holds none.
  const local = new Date(`${dayText(day)}T${clockText({ ...clock, microsecond: "000000" })}Z`).getTime();
  const microseconds = Number(clock.microsecond) - clock.offset;
  const shift = Math.floor(microseconds / (1000 * millisecond));
  const utc = new Date(local + shift * 1000);
  const year = utc.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) {
    throw failure(options, "overflow", "Datetime value out of range.");
  }
  const rest = microseconds - shift * 1000 * millisecond;
  return `${utc.toISOString().slice(0, 19)}${rest === 0 ? "" : `.${String(rest).padStart(6, "0")}`}Z`;
}
