import type { SqlValue } from "../database/index.ts";
import type { FieldKind, FieldOptions } from "./field.ts";

/** How one kind of field is stored and read: the table below is all that knows kinds. */
export interface KindOfField {
  /** The column's type in SQLite, as Django writes it. */
  readonly sqliteType: (options: FieldOptions) => string;
  /** The type of a column that refers to one of this kind; absent where it is the same. */
  readonly sqliteReferenceType?: string;
  /** The value that a row of TypeScript holds, from the driver's; absent where they are the same. */
  readonly fromDatabase?: (value: SqlValue) => unknown;
  /** The driver's value, from a row's that is not null, or undefined where it can be none; absent where they are the same. */
  readonly toDatabase?: (value: unknown) => SqlValue | undefined;
  /** Whether the empty string stands for "nothing", so that a column that is not null starts with it. */
  readonly isText: boolean;
}

const varchar = (options: FieldOptions): string => `varchar(${options.maxLength ?? 255})`;
const bigInteger: KindOfField = { sqliteType: () => "bigint", isText: false };

export const fieldKinds: Readonly<Record<FieldKind, KindOfField>> = Object.freeze({
  auto: { sqliteType: () => "integer", isText: false },
  bigAuto: { sqliteType: () => "integer", sqliteReferenceType: "bigint", isText: false },
  boolean: {
    sqliteType: () => "bool",
    fromDatabase: (value) => (value === null ? null : value !== 0),
    toDatabase: (value) => (typeof value === "boolean" ? Number(value) : undefined),
    isText: false,
  },
  char: { sqliteType: varchar, isText: true },
  dateTime: {
    sqliteType: () => "datetime",
    fromDatabase: (value) => (value === null ? null : isoFromStored(String(value))),
    toDatabase: (value) => (typeof value === "string" ? storedFromIso(value) : undefined),
    isText: false,
  },
  email: { sqliteType: varchar, isText: true },
  foreignKey: bigInteger,
  integer: { sqliteType: () => "integer", isText: false },
  oneToOne: bigInteger,
  smallInteger: { sqliteType: () => "smallint", isText: false },
  text: { sqliteType: () => "text", isText: true },
});

/** `2024-01-01 12:00:00.123456`, as Django stores UTC in SQLite, to `2024-01-01T12:00:00.123456Z`. */
function isoFromStored(stored: string): string {
  return `${stored.slice(0, 10)}T${stored.slice(11)}Z`;
}

/** A day, or a time with its zone: without one it would be the server's, whichever that is. */
const isoTime = /^(\d{4}-\d\d-\d\d)(?:T(?:[01]\d|2[0-3]):\d\d(?::\d\d(?:\.(\d+))?)?(?:Z|[+-]\d\d:\d\d))?$/;

function storedFromIso(iso: string): string | undefined {
  if (iso === lastTime.iso) return lastTime.stored;
  const [, day = "", fraction = ""] = isoTime.exec(iso) ?? [];
  const utc = utcOf(iso);
  // A Date takes 30 February for 1 March, and Django reads no year outside of 1 to 9999.
  if (!utc || !utcOf(day)?.startsWith(day) || utc.startsWith("0000") || utc.length !== 24) return undefined;
  const microseconds = fraction.padEnd(6, "0").slice(0, 6);
  const stored = `${utc.slice(0, 10)} ${utc.slice(11, 19)}`;
  return microseconds === "000000" ? stored : `${stored}.${microseconds}`;
}

function utcOf(iso: string): string | undefined {
  const time = new Date(iso);
  return Number.isNaN(time.valueOf()) ? undefined : time.toISOString();
}

/** The clock's last reading, as a row holds it and as it is stored: what is made in one millisecond shares it. */
let lastTime = { milliseconds: Number.NaN, iso: "never", stored: "never" };

/** The current time as a row holds it: UTC, ISO 8601, with microseconds. */
export function currentTime(): string {
  const milliseconds = Date.now();
  if (milliseconds !== lastTime.milliseconds) {
    const text = new Date(milliseconds).toISOString();
    const stored = `${text.slice(0, 10)} ${text.slice(11, 19)}`;
    const fraction = text.slice(19, 23);
    lastTime = {
      milliseconds,
      iso: `${text.slice(0, 23)}000Z`,
      stored: fraction === ".000" ? stored : `${stored}${fraction}000`,
    };
  }
  return lastTime.iso;
}

/** A Date from a row's time; its microseconds are cut to milliseconds. */
export function toDate(iso: string): Date {
  return new Date(iso);
}
