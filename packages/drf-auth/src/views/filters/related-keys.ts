import { ValidationError } from "../../errors.ts";
import { wholeNumberDigits } from "../../http/index.ts";
import {
  type FieldMeta,
  keyOf,
  kindOf,
  type LookupName,
  type Model,
  type ModelMeta,
  type QuerySet,
} from "../../models/index.ts";

export type ObjectsOf = (meta: ModelMeta) => QuerySet<Model>;

type Key = string | number | bigint;

/** Reads keys of rows that must exist; one query tells it of all. */
export function relatedReader(related: ModelMeta, lookup: LookupName, objectsOf: ObjectsOf): (text: string) => unknown {
  const { primaryKey } = related;
  const rows = objectsOf(related).orderBy();
  const find = rows.lookup(primaryKey.name, { key: "pk", paths: [{ relations: [], field: primaryKey }] });
  const readKey = (text: string): Key => {
    const key = keyOfText(primaryKey, text);
    if (key === undefined) throw noChoice();
    return key;
  };
  if (lookup !== "in") {
    return (text) => {
      const key = readKey(text);
      return when(find(key), (found) => {
        if (found.length === 0) throw noChoice();
        return key;
      });
    };
  }
  return (text) => {
    const parts = text.split(",").filter((part) => part !== "");
    const keys = [...new Set(parts.map(readKey))];
    return when(rows.filter({ [`${primaryKey.name}__in`]: keys }).countValue(), ([found]) => {
      if (Number(found?.[0]) < keys.length) throw noChoice();
      return keys;
    });
  };
}

/**
 * Reads several keys of rows that must exist, each written as the row's key is (`1`, and not `01`), as django-filter's
 * ModelMultipleChoiceFilter.
 */
export function keysReader(related: ModelMeta, objectsOf: ObjectsOf): (texts: readonly string[]) => unknown {
  const { primaryKey } = related;
  const { options } = keyOf(primaryKey);
  const { fromDatabase } = kindOf(primaryKey);
  const rows = objectsOf(related).orderBy();
  return (texts) => {
    const asked = new Set(texts);
    const keys: Key[] = [];
    for (const text of asked) {
      const key = keyOfText(primaryKey, text);
      if (key !== undefined) keys.push(key);
      else if (!isKeyTooLong(primaryKey, text)) throw new ValidationError(noKey(primaryKey, text));
    }
    const found = rows
      .filter({ [`${primaryKey.name}__in`]: keys })
      .select({ key: "pk", paths: [{ relations: [], field: primaryKey }] });
    return when(found, (present) => {
      const known = new Set(
        present.map(([key = null]) => String(key !== null && fromDatabase ? fromDatabase(key, options) : key)),
      );
      for (const text of asked) {
        if (known.has(text)) continue;
        throw new ValidationError(`Select a valid choice. ${text} is not one of the available choices.`);
      }
      return keys;
    });
  };
}

function noKey(primaryKey: FieldMeta, text: string): string {
  return `“${text}” is not a valid ${keyOf(primaryKey).kind === "uuid" ? "UUID" : "value"}.`;
}

function isKeyTooLong(primaryKey: FieldMeta, text: string): boolean {
  return keyOf(primaryKey).kind !== "uuid" && wholeNumberDigits(text) !== undefined;
}

/** The key that a text is, as the database keeps it; undefined where it can be none. */
function keyOfText(primaryKey: FieldMeta, text: string): Key | undefined {
  if (text.includes("\0")) throw new ValidationError("Null characters are not allowed.");
  const { isText, toDatabase } = kindOf(primaryKey);
  if (isText) return text;
  if (keyOf(primaryKey).kind === "uuid") return toDatabase?.(text, {}) as string | undefined;
  const digits = wholeNumberDigits(text);
  // What is longer is no key of any table, and the driver would refuse it.
  if (digits === undefined || digits.length > 18) return undefined;
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
}

const noChoice = (): ValidationError =>
  new ValidationError("Select a valid choice. That choice is not one of the available choices.");

function when<T, R>(value: T | Promise<T>, use: (value: T) => R): R | Promise<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}
