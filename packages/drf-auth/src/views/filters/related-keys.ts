import { ValidationError } from "../../errors.ts";
import { wholeNumberDigits } from "../../http/index.ts";
import {
  type FieldMeta,
  fieldKinds,
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
  const keyOf = (text: string): Key => {
    const key = keyOfText(primaryKey, text);
    if (key === undefined) throw noChoice();
    return key;
  };
  if (lookup !== "in") {
    return (text) => {
      const key = keyOf(text);
      return when(find(key), (found) => {
        if (found.length === 0) throw noChoice();
        return key;
      });
    };
  }
  return (text) => {
    const parts = text.split(",").filter((part) => part !== "");
    const keys = [...new Set(parts.map(keyOf))];
    return when(rows.filter({ [`${primaryKey.name}__in`]: keys }).countValue(), ([found]) => {
      if (Number(found?.[0]) < keys.length) throw noChoice();
      return keys;
    });
  };
}

/** Reads several keys of rows that must exist, as django-filter's ModelMultipleChoiceFilter. */
export function keysReader(related: ModelMeta, objectsOf: ObjectsOf): (texts: readonly string[]) => unknown {
  const { primaryKey } = related;
  const rows = objectsOf(related).orderBy();
  return (texts) => {
    const keys = new Map<Key, string>();
    for (const text of texts) {
      const key = keyOfText(primaryKey, text);
      if (key === undefined) throw new ValidationError(`“${text}” is not a valid value.`);
      keys.set(key, text);
    }
    const found = rows
      .filter({ [`${primaryKey.name}__in`]: [...keys.keys()] } as never)
      .select({ key: "pk", paths: [{ relations: [], field: primaryKey }] });
    return when(found, (present) => {
      const known = new Set<unknown>(present.map(([key]) => key));
      for (const [key, text] of keys) {
        if (known.has(key)) continue;
        throw new ValidationError(`Select a valid choice. ${text} is not one of the available choices.`);
      }
      return [...keys.keys()];
    });
  };
}

/** The key that a text is, as the database keeps it; undefined where it can be none. */
function keyOfText({ kind }: FieldMeta, text: string): Key | undefined {
  if (text.includes("\0")) throw new ValidationError("Null characters are not allowed.");
  const { isText, toDatabase } = fieldKinds[kind];
  if (isText) return text;
  if (kind === "uuid") return toDatabase?.(text, {}) as string | undefined;
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
