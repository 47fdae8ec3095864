import type { Dialect, SqlValue } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { didYouMean } from "../../settings.ts";
import { keyOf, kindOf } from "./field-codec.ts";
import { fieldKinds } from "./field-kinds.ts";
import type { FieldOptions } from "./field.ts";
import type { FieldMeta, ModelMeta } from "../model-meta.ts";
import { currentDay, currentTime } from "./stored-time.ts";

type Given = Readonly<Record<string, unknown>>;
type Entry = [column: string, value: SqlValue];

/** What a new row stores: what was given, else defaults, the clock, or nothing as Django has it ("" for text). */
export function insertValues(meta: ModelMeta, given: Given, dialect: Dialect): Entry[] {
  refuseUnknown(meta, given);
  const entries: Entry[] = [];
  for (const field of meta.fields) {
    const name = Object.hasOwn(given, field.name) ? field.name : field.attname;
    const isGiven = Object.hasOwn(given, name) && !field.options.autoNow && !field.options.autoNowAdd;
    const value = isGiven ? given[name] : defaultOf(field);
    if (isGiven || value !== undefined) entries.push([field.column, stored(field, value, dialect)]);
  }
  return entries;
}

/** What changed fields store, with the clock where a field follows it and the row itself is saved. */
export function updateValues(meta: ModelMeta, given: Given, dialect: Dialect, isSaved = true): Entry[] {
  refuseUnknown(meta, given);
  const entries: Entry[] = [];
  for (const field of meta.fields) {
    if (field.options.autoNow && isSaved) entries.push([field.column, stored(field, clockOf(field), dialect)]);
    else if (Object.hasOwn(given, field.name)) entries.push([field.column, stored(field, given[field.name], dialect)]);
    else if (Object.hasOwn(given, field.attname))
      entries.push([field.column, stored(field, given[field.attname], dialect)]);
  }
  return entries;
}

/** What a field holds when nothing is given; undefined where the database must say (a key that counts up). */
function defaultOf(field: FieldMeta): unknown {
  const { options, kind } = field;
  if (options.autoNow || options.autoNowAdd || (kind === "dateTime" && options.default === "now"))
    return clockOf(field);
  if (typeof options.default === "function") return (options.default as () => unknown)();
  if (options.default !== undefined) return options.default;
  if (field.isNull) return null;
  return fieldKinds[kind].isText ? "" : undefined;
}

function clockOf(field: FieldMeta): string {
  return field.kind === "date" ? currentDay() : currentTime();
}

/**
 * The driver's value of what a field is compared with: a decimal or a fraction as it is, whatever the field could hold.
 *
 * @throws {TypeError} when it is no value of the field's kind: the driver would take NaN for NULL, and 5 in a text for "5.0".
 */
export function encodedValue(field: FieldMeta, value: unknown, dialect: Dialect): SqlValue {
  const isFraction = typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value);
  if (isFraction && (kindOf(field).isWhole || kindOf(field).isWide) && keyOf(field).kind !== "duration") return value;
  return encoded(field, value, dialect, {});
}

function encoded(field: FieldMeta, value: unknown, dialect: Dialect, options: FieldOptions): SqlValue {
  const { toDatabase, isText, isWhole, postgresql } = kindOf(field);
  const given = value !== null && toDatabase ? toDatabase(value, options) : value;
  if (dialect === "postgresql" && postgresql.encode && given !== undefined && given !== null) {
    return postgresql.encode(given as NonNullable<SqlValue>);
  }
  if (typeof given === "string" && isNumber(field) && !/^-?\d+(?:\.\d+)?$/.test(given)) throw cannotHold(field, value);
  if (given === null || typeof given === "string") return given;
  if (!isText && (typeof given === "bigint" || (typeof given === "number" && Number.isFinite(given)))) {
    return dialect === "postgresql" && isWhole ? within64Bits(given) : given;
  }
  throw cannotHold(field, value);
}

function isNumber(field: FieldMeta): boolean {
  const { isWhole, toDatabase } = kindOf(field);
  return isWhole === true || (keyOf(field).kind === "float" && !toDatabase);
}

function stored(field: FieldMeta, value: unknown, dialect: Dialect): SqlValue {
  if (value === null) {
    if (field.isNull) return null;
    throw new TypeError(`${field.name} may not be null.`);
  }
  const { toDatabase, isText } = kindOf(field);
  // SQLite stores any text and any fraction in a column of whole numbers; and beyond 2^53 they could not be read again.
  const isWhole = typeof value !== "string" && Number.isSafeInteger(Number(value));
  if (!toDatabase && !isText && !isWhole) throw cannotHold(field, value);
  return encoded(field, value, dialect, keyOf(field).options);
}

/** PostgreSQL refuses what is more, where SQLite compares; no row has the outermost numbers. */
function within64Bits(value: bigint | number): bigint | number {
  if (value >= 2n ** 63n) return 2n ** 63n - 1n;
  return value < -(2n ** 63n) ? -(2n ** 63n) : value;
}

function cannotHold(field: FieldMeta, value: unknown): TypeError {
  return new TypeError(`${field.name} is a ${field.kind} field and cannot hold this value of type ${typeof value}.`);
}

function refuseUnknown(meta: ModelMeta, given: Given): void {
  for (const name of Object.keys(given)) {
    if (meta.fieldsByName.has(name) || meta.fields.some((field) => field.attname === name)) continue;
    const known = [...meta.fieldsByName.keys()];
    throw new ImproperlyConfigured(`${meta.model.name} has no field "${name}" to store.${didYouMean(name, known)}`);
  }
}
