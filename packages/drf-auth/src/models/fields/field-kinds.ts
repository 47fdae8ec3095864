import { type Expression, type RawBuilder, sql } from "kysely";
import type { SqlValue } from "../../database/index.ts";
import { readJson } from "../../http/index.ts";
import { exactDecimal, fixedDecimal, parseDecimal, plainDecimal } from "./decimal.ts";
import { durationMicroseconds, durationText, intervalText } from "./duration.ts";
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
  /** How PostgreSQL has it. */
  readonly postgresql: PostgresqlColumn;
  /** The value that a row of TypeScript holds, from the driver's that is not null; absent where they are the same. */
  readonly fromDatabase?: (value: NonNullable<SqlValue>, options: FieldOptions) => unknown;
  /** The driver's value, from a row's that is not null, or undefined where it can be none; absent where they are the same. */
  readonly toDatabase?: (value: unknown, options: FieldOptions) => SqlValue | undefined;
  /** Whether the empty string stands for "nothing", so that a column that is not null starts with it. */
  readonly isText: boolean;
  /** Whether it holds whole numbers that a number of JavaScript cannot: they are read as text. */
  readonly isWide?: true;
  /** Whether it holds whole numbers that a number of JavaScript can. */
  readonly isWhole?: true;
}

/** How PostgreSQL stores one kind of field. */
export interface PostgresqlColumn {
  /** The column's type, as Django writes it. */
  readonly type: (options: FieldOptions) => string;
  /** What the column's values must meet; `column` is quoted. */
  readonly check?: (column: string) => string;
  /** The expression that reads it as SQLite keeps it; absent where the driver does that. */
  readonly read?: (column: Expression<unknown>) => RawBuilder<unknown>;
  /** The driver's value, from SQLite's; absent where PostgreSQL takes that. */
  readonly encode?: (value: NonNullable<SqlValue>) => SqlValue;
}

const varchar = (options: FieldOptions): string => `varchar(${options.maxLength ?? 255})`;
const positive = (column: string): string => `${column} >= 0`;
const text = (type: KindOfField["sqliteType"]): KindOfField => ({
  sqliteType: type,
  postgresql: { type },
  isText: true,
});
const other = (sqliteType: string, postgresqlType = sqliteType): KindOfField => ({
  sqliteType: () => sqliteType,
  postgresql: { type: () => postgresqlType },
  isText: false,
});
const whole = (...types: Parameters<typeof other>): KindOfField => ({ ...other(...types), isWhole: true });
const reference = whole("bigint");
const aboveNought = (type: string): KindOfField => ({
  ...whole(`${type} unsigned`),
  sqliteCheck: positive,
  postgresql: { type: () => type, check: positive },
});

const wide = (type: string): KindOfField => ({
  ...other(type),
  isWide: true,
  fromDatabase: (value) => BigInt(String(value)),
  toDatabase: (value) => {
    const isWhole = typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value));
    return isWhole ? within64Bits(BigInt(value)) : undefined;
  },
});

export const fieldKinds: Readonly<Record<FieldKind, KindOfField>> = Object.freeze({
  auto: whole("integer"),
  bigAuto: { ...whole("integer", "bigint"), sqliteReferenceType: "bigint" },
  bigInteger: wide("bigint"),
  boolean: {
    ...other("bool", "boolean"),
    fromDatabase: (value) => value !== 0,
    toDatabase: (value) => (typeof value === "boolean" ? Number(value) : undefined),
  },
  char: text(varchar),
  date: {
    ...other("date"),
    toDatabase: (value) => (typeof value === "string" && isDay(value) ? value : undefined),
  },
  dateTime: {
    ...other("datetime", "timestamp with time zone"),
    fromDatabase: (value) => isoFromStored(String(value)),
    toDatabase: (value) => (typeof value === "string" ? storedFromIso(value) : undefined),
  },
  decimal: {
    ...other("decimal"),
    postgresql: { type: ({ maxDigits, decimalPlaces }) => `numeric(${maxDigits}, ${decimalPlaces})` },
    fromDatabase: (value, { decimalPlaces }) => decimalText(value, decimalPlaces),
    toDatabase: (value, { decimalPlaces }) => {
      const decimal = typeof value === "string" || typeof value === "number" ? parseDecimal(String(value)) : undefined;
      if (!decimal || Math.abs(decimal.exponent) > maxExponent) return undefined;
      return decimalPlaces === undefined ? plainDecimal(decimal) : fixedDecimal(decimal, decimalPlaces);
    },
  },
  duration: {
    ...other("bigint"),
    postgresql: {
      type: () => "interval",
      read: (column) => sql`cast(cast(extract(epoch from ${column}) * 1000000 as bigint) as text)`,
      encode: (value) => intervalText(BigInt(String(value))),
    },
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
    ...other("real", "double precision"),
    toDatabase: (value) => (typeof value === "number" && Number.isFinite(value) ? value : undefined),
  },
  file: text(varchar),
  foreignKey: reference,
  image: text(varchar),
  integer: whole("integer"),
  ip: {
    ...other("char(39)", "inet"),
    toDatabase: (value) => (typeof value === "string" ? value : undefined),
  },
  json: {
    ...other("text", "jsonb"),
    sqliteCheck: (column) => `(JSON_VALID(${column}) OR ${column} IS NULL)`,
    fromDatabase: (value) => readJson(String(value)),
    toDatabase: jsonText,
  },
  oneToOne: reference,
  positiveBigInteger: {
    ...wide("bigint unsigned"),
    sqliteCheck: positive,
    postgresql: { type: () => "bigint", check: positive },
  },
  positiveInteger: aboveNought("integer"),
  positiveSmallInteger: aboveNought("smallint"),
  slug: text(varchar),
  smallInteger: whole("smallint"),
  text: text(() => "text"),
  time: {
    ...other("time"),
    toDatabase: (value) => (typeof value === "string" && isTimeOfDay(value) ? value : undefined),
  },
  url: text(varchar),
  uuid: {
    ...other("char(32)", "uuid"),
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

/** A number with more digits is no price of anything, and takes longer to write than to send. */
const maxExponent = 1000;

function within64Bits(value: bigint): bigint | undefined {
  return value >= -largest && value < largest ? value : undefined;
}

/** SQLite keeps a decimal as a real number: its first fifteen digits count, as they do for Django. */
function decimalText(value: NonNullable<SqlValue>, places: number | undefined): unknown {
  if (places === undefined) {
    const whole = parseDecimal(typeof value === "number" ? String(Number(value.toPrecision(15))) : String(value));
    return whole ? plainDecimal(whole) : value;
  }
  // What was stored with as many digits comes back as it was; anything else is rounded as Python rounds.
  const exact = typeof value === "number" ? exactDecimal(value, places) : undefined;
  if (exact !== undefined) return exact;
  const decimal = parseDecimal(typeof value === "number" ? value.toPrecision(15) : String(value));
  return decimal ? fixedDecimal(decimal, places) : value;
}

function jsonText(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? rawJSON(String(one)) : one));
}

/** Node has it since 21; TypeScript's library does not name it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
