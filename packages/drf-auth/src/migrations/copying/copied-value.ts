import type { SqlValue } from "../../database/index.ts";
import { compareDecimals, fieldKinds, type FieldOptions, parseDecimal } from "../../models/index.ts";
import type { CopiedColumn } from "./comparison.ts";

/** A value that PostgreSQL would refuse, or keep as another one. */
export class UnfitValue extends Error {}

type Stored = NonNullable<SqlValue>;

/** Where PostgreSQL takes more than is meant, such as `now`, or keeps less, such as a seventh digit of a second. */
const clock = String.raw`(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?`;
const day = String.raw`\d{4}-\d\d-\d\d`;
const shapes = Object.freeze({
  date: new RegExp(`^${day}$`),
  dateTime: new RegExp(String.raw`^${day}(?:[ T]${clock}(?:Z|[+-]\d\d(?::?\d\d)?)?)?$`),
  time: new RegExp(`^${clock}$`),
});

/** Makes what turns a column's values of SQLite, null apart, into PostgreSQL's; it raises `UnfitValue`. */
export function copierOf(column: CopiedColumn): (value: Stored) => SqlValue {
  const copier = copierOfKind(column);
  return (value) => {
    if (value instanceof Uint8Array) throw new UnfitValue("it is bytes and no text or number");
    if (typeof value === "string" && value.includes("\0"))
      throw new UnfitValue("it has a null character (U+0000), which no text in PostgreSQL may have");
    return copier(value);
  };
}

function copierOfKind({ kind, options, type }: CopiedColumn): (value: Exclude<Stored, Uint8Array>) => SqlValue {
  if (fieldKinds[kind].isText) return (value) => ofLength(value, options);
  if (type === "real") return ofSinglePrecision;
  switch (kind) {
    case "boolean":
      return (value) => {
        if (value === 0n || value === 1n) return value;
        throw new UnfitValue("it is neither true nor false (1 nor 0)");
      };
    case "date":
    case "dateTime":
    case "time":
      return (value) => {
        if (typeof value === "string" && shapes[kind].test(value)) return value;
        throw new UnfitValue(`it is no ${kind === "dateTime" ? "date with a time" : kind} as Django stores one`);
      };
    case "decimal":
      return (value) => ofPlaces(value, options);
    case "duration": {
      const { encode = (value: Stored) => value } = fieldKinds.duration.postgresql;
      return (value) => {
        if (typeof value === "bigint" || /^-?\d+$/.test(String(value))) return encode(value);
        throw new UnfitValue("it is no span of time as Django stores one, a whole number of microseconds");
      };
    }
    default:
      return (value) => value;
  }
}

/** PostgreSQL refuses what is too long, but spaces at its end it cuts off. */
function ofLength(value: Exclude<Stored, Uint8Array>, { maxLength = Infinity }: FieldOptions): SqlValue {
  if (typeof value !== "string" || value.length <= maxLength) return value;
  // It counts characters as they are written, and not halves of them.
  const { length } = Array.from(value);
  if (length <= maxLength) return value;
  throw new UnfitValue(`it has ${length} characters, and the column takes ${maxLength}`);
}

/** What the application reads of a decimal, where that is all there is. */
function ofPlaces(value: Exclude<Stored, Uint8Array>, options: FieldOptions): SqlValue {
  const read = parseDecimal(String(fieldKinds.decimal.fromDatabase?.(value, options)));
  // SQLite keeps it as a real number, of which the first fifteen digits count.
  const texts = typeof value === "number" ? [String(value), value.toPrecision(15)] : [String(value)];
  const exact = texts.map(parseDecimal);
  if (!read || exact.includes(undefined)) throw new UnfitValue("it is no decimal number");
  if (exact.some((one) => one && compareDecimals(one, read) === 0)) {
    return String(fieldKinds.decimal.fromDatabase?.(value, options));
  }
  throw new UnfitValue(`it has more than ${options.decimalPlaces ?? 0} digits behind the point, and would be rounded`);
}

function ofSinglePrecision(value: Exclude<Stored, Uint8Array>): SqlValue {
  if (typeof value !== "number" || Math.fround(value) === value) return value;
  throw new UnfitValue("it has more digits than a column of single precision keeps");
}
