import type { SqlValue } from "../database/statement.ts";
import { ImproperlyConfigured } from "../errors.ts";
import { didYouMean } from "../settings.ts";
import { currentTime, fieldKinds } from "./field-kinds.ts";
import type { FieldMeta, ModelMeta } from "./registry.ts";

type Given = Readonly<Record<string, unknown>>;
type Entry = [column: string, value: SqlValue];

/** What a new row stores: what was given, else defaults, the clock, or nothing as Django has it ("" for text). */
export function insertValues(meta: ModelMeta, given: Given): Entry[] {
  refuseUnknown(meta, given);
  const entries: Entry[] = [];
  for (const field of meta.fields) {
    const value = given[field.name] ?? given[field.column];
    const isGiven = Object.hasOwn(given, field.name) || Object.hasOwn(given, field.column);
    const filled = isGiven && !field.options.autoNow && !field.options.autoNowAdd ? value : defaultOf(field);
    if (filled !== undefined) entries.push([field.column, stored(field, filled)]);
  }
  return entries;
}

/** What changed fields store, with the clock where a field follows it. */
export function updateValues(meta: ModelMeta, given: Given): Entry[] {
  refuseUnknown(meta, given);
  const entries: Entry[] = [];
  for (const field of meta.fields) {
    if (field.options.autoNow) entries.push([field.column, stored(field, currentTime())]);
    else if (Object.hasOwn(given, field.name)) entries.push([field.column, stored(field, given[field.name])]);
    else if (Object.hasOwn(given, field.column)) entries.push([field.column, stored(field, given[field.column])]);
  }
  return entries;
}

/** What a field holds when nothing is given; undefined where the database must say (a key that counts up). */
function defaultOf(field: FieldMeta): unknown {
  const { options, kind } = field;
  if (options.autoNow || options.autoNowAdd || (kind === "dateTime" && options.default === "now")) return currentTime();
  if (options.default !== undefined) return options.default;
  if (field.isNull) return null;
  return fieldKinds[kind].isText ? "" : undefined;
}

function stored(field: FieldMeta, value: unknown): SqlValue {
  if (value === null && !field.isNull) throw new TypeError(`${field.name} may not be null.`);
  const kind = field.related ? field.related.primaryKey.kind : field.kind;
  const encode = fieldKinds[kind].toDatabase;
  if (encode) return encode(value);
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "bigint") return value;
  throw new TypeError(`${field.name} cannot store ${value === undefined ? "undefined" : `a ${typeof value}`}.`);
}

function refuseUnknown(meta: ModelMeta, given: Given): void {
  for (const name of Object.keys(given)) {
    if (meta.fieldsByName.has(name) || meta.fields.some((field) => field.column === name)) continue;
    const known = [...meta.fieldsByName.keys()];
    throw new ImproperlyConfigured(`${meta.model.name} has no field "${name}" to store.${didYouMean(name, known)}`);
  }
}
