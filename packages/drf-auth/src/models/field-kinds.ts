import type { SqlValue } from "../database/index.ts";
import { readJson } from "../http/index.ts";
import { fixedDecimal, parseDecimal } from "./decimal.ts";
import { durationMicroseconds, durationText } from "./duration.ts";
import type { FieldKind, FieldOptions } from "./field.ts";
import { isDay, isoFromStored, isTimeOfDay, storedFromIso } from "./stored-time.ts";

/** How one kind of field is stored and read: the table below is all that knows kinds. */
export interface KindOfField {
  /** The column's type in SQLite, as Django writes it. */
  readonly sqliteType: (options: FieldOptions) => string;
  /** What the column's values must meet, as Django has SQLite check it; `column` is quoted. */
  readonly sqliteCheck?: (column: string) => string;
  /** The type of a column that refers to one of this kind; absent where it is the same. */
  readonly sqliteReferenceType?: string;
  /** The value that a row of TypeScript holds, from the driver's that is not null; absent where they are the same. */
  readonly fromDatabase?: (value: NonNullable<SqlValue>, options: FieldOptions) => unknown;
  /** The driver's value, from a row's that is not null, or undefined where it can be none; absent where they are the same. */
  readonly toDatabase?: (value: unknown, options: FieldOptions) => SqlValue | undefined;
  /** Whether the empty string stands for "nothing", so that a column that is not null starts with it. */
  readonly isText: boolean;
  /** Whether it holds whole numbers that a number of JavaScript cannot: they are read as text. */
  readonly isWide?: true;
}

const varchar = (options: FieldOptions): string => `varchar(${options.maxLength ?? 255})`;
const positive = (column: string): string => `${column} >= 0`;
const reference: KindOfField = { sqliteType: () => "bigint", isText: false };
const text = (sqliteType: KindOfField["sqliteType"]): KindOfField => ({ sqliteType, isText: true });
const number = (type: string): KindOfField => ({ sqliteType: () => type, isText: false });
const aboveNought = (type: string): KindOfField => ({ ...number(type), sqliteCheck: positive });

const wide = (type: string): KindOfField => ({
  ...number(type),
  isWide: true,
  fromDatabase: (value) => BigInt(String(value)),
  toDatabase: (value) => {
    const isWhole = typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value));
    return isWhole ? within64Bits(BigInt(value)) : undefined;
  },
});

export const fieldKinds: Readonly<Record<FieldKind, KindOfField>> = Object.freeze({
  auto: number("integer"),
  bigAuto: { ...number("integer"), sqliteReferenceType: "bigint" },
  bigInteger: wide("bigint"),
  boolean: {
    ...number("bool"),
    fromDatabase: (value) => value !== 0,
    toDatabase: (value) => (typeof value === "boolean" ? Number(value) : undefined),
  },
  char: text(varchar),
  date: {
    ...number("date"),
    toDatabase: (value) => (typeof value === "string" && isDay(value) ? value : undefined),
  },
  dateTime: {
    ...number("datetime"),
    fromDatabase: (value) => isoFromStored(String(value)),
    toDatabase: (value) => (typeof value === "string" ? storedFromIso(value) : undefined),
  },
  decimal: {
    ...number("decimal"),
    fromDatabase: (value, { decimalPlaces = 0 }) => decimalText(value, decimalPlaces),
    toDatabase: (value, { decimalPlaces = 0 }) => {
      const decimal = typeof value === "string" || typeof value === "number" ? parseDecimal(String(value)) : undefined;
      return decimal && fixedDecimal(decimal, decimalPlaces);
    },
  },
  duration: {
    ...number("bigint"),
    isWide: true,
    fromDatabase: (value) => {
      const microseconds = Number(value);
      return durationText(Number.isSafeInteger(microseconds) ? microseconds : BigInt(String(value)));
    },
    toDatabase: (value) => {
      const microseconds = typeof value === "string" ? durationMicroseconds(value) : undefined;
      return microseconds === undefined ? undefined : within64Bits(microseconds);
    },
  },
  email: text(varchar),
  float: {
    ...number("real"),
    toDatabase: (value) => (typeof value === "number" && Number.isFinite(value) ? value : undefined),
  },
  file: text(varchar),
  foreignKey: reference,
  image: text(varchar),
  integer: number("integer"),
  ip: {
    ...number("char(39)"),
    toDatabase: (value) => (typeof value === "string" ? value : undefined),
  },
  json: {
    ...number("text"),
    sqliteCheck: (column) => `(JSON_VALID(${column}) OR ${column} IS NULL)`,
    fromDatabase: (value) => readJson(String(value)),
    toDatabase: jsonText,
  },
  oneToOne: reference,
  positiveBigInteger: { ...wide("bigint unsigned"), sqliteCheck: positive },
  positiveInteger: aboveNought("integer unsigned"),
  positiveSmallInteger: aboveNought("smallint unsigned"),
  slug: text(varchar),
  smallInteger: number("smallint"),
  text: text(() => "text"),
  time: {
    ...number("time"),
    toDatabase: (value) => (typeof value === "string" && isTimeOfDay(value) ? value : undefined),
  },
  url: text(varchar),
  uuid: {
    ...number("char(32)"),
    fromDatabase: (value) => {
      const text = String(value);
      return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
    },
    toDatabase: (value) => {
      const digits = typeof value === "string" ? value.replaceAll("-", "").toLowerCase() : "";
      return /^[0-9a-f]{32}$/.test(digits) ? digits : undefined;
    },
  },
});

const largest = 2n ** 63n;

function within64Bits(value: bigint): bigint | undefined {
  return value >= -largest && value < largest ? value : undefined;
}

/** SQLite keeps a decimal as a real number: its first fifteen digits count, as they do for Django. */
function decimalText(value: NonNullable<SqlValue>, places: number): unknown {
  if (typeof value === "number") {
    const text = value.toFixed(places);
    // What was stored with as many digits comes back as it was; anything else is rounded as Python rounds.
    if (Number(text) === value) return text;
  }
  const decimal = parseDecimal(typeof value === "number" ? value.toPrecision(15) : String(value));
  return decimal ? fixedDecimal(decimal, places) : value;
}

function jsonText(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? rawJSON(String(one)) : one));
}

/** Node has it since 21; TypeScript's library does not name it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
