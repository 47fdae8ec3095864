import { isIP } from "node:net";
import { ImproperlyConfigured, ValidationError } from "../../errors.ts";
import { type DatePart, type FieldMeta, isDatePart, type LookupName, lookups } from "../../models/index.ts";
import {
  charField,
  dateField,
  dateTimeField,
  durationField,
  type SerializerField,
  timeField as timeOfDayField,
  uuidField,
  type ValidationContext,
} from "../../serializers/index.ts";
import { decimalText, wholePart } from "./decimal.ts";
import { type ObjectsOf, relatedReader } from "./related-keys.ts";

/** Reads a parameter's text: gives the value to compare with, undefined where it asks for nothing, or a promise of one. */
export type ValueReader = (text: string) => unknown;

const ordered: readonly LookupName[] = ["exact", "gt", "gte", "in", "isnull", "lt", "lte", "range"];
const texts: readonly LookupName[] = [
  ...ordered,
  "contains",
  "endswith",
  "icontains",
  "iendswith",
  "iexact",
  "istartswith",
  "startswith",
];
const dayParts = ["day", "iso_week_day", "iso_year", "month", "quarter", "week", "week_day", "year"] as const;
const clockParts = ["hour", "minute", "second"] as const;

/** Parts alone, and compared with others. */
function partLookups(parts: readonly DatePart[]): readonly LookupName[] {
  return parts.flatMap((part) => [
    part,
    ...(["gt", "gte", "in", "lt", "lte", "range"] as const).map((name) => `${part}__${name}` as const),
  ]);
}

const byKind: Readonly<Partial<Record<FieldMeta["kind"], readonly LookupName[]>>> = Object.freeze({
  boolean: ["exact", "isnull"],
  date: [...ordered, ...partLookups(dayParts)],
  dateTime: [...ordered, ...partLookups([...dayParts, ...clockParts, "date", "time"])],
  duration: ordered,
  json: ["isnull"],
  time: [...ordered, ...partLookups(clockParts)],
  uuid: ordered,
});

/** The value of a condition that no row meets. */
export const nothing = Symbol("nothing");

/** The lookups by which a field may be filtered. */
export function lookupsOf(field: FieldMeta): readonly LookupName[] {
  if (field.related) return ["exact", "in", "isnull"];
  return byKind[field.kind] ?? texts;
}

/** Makes the reader of a field's values, with the messages of Django's form fields. */
export function valueReader(field: FieldMeta, lookup: LookupName, objectsOf: ObjectsOf): ValueReader {
  if (lookup === "isnull") return readBoolean;
  if (field.related) return relatedReader(field.related, lookup, objectsOf);
  const { choices } = field.options;
  if (lookup === "exact" && choices) return choiceReader(choices.map(([value]) => value));
  const [part = ""] = lookup.split("__");
  const read = isDatePart(part) ? partReader(part) : readerOf(field, lookup);
  if (/(?:^|__)in$/.test(lookup)) return (text) => partsOf(text, read).filter((value) => value !== undefined);
  if (!/(?:^|__)range$/.test(lookup)) return read;
  return (text) => {
    const parts = partsOf(text, read);
    if (parts.length !== 2) throw new ValidationError("Range query expects two values.");
    // Nothing is between a value and null.
    return parts.includes(undefined) ? nothing : parts;
  };
}

function readerOf(field: FieldMeta, lookup: LookupName): ValueReader {
  const isOfSeveral = lookup === "in" || lookup === "range";
  switch (field.kind) {
    case "char":
    case "email":
    case "slug":
    case "text":
    case "url":
      // Between commas even nothing is a text.
      return isOfSeveral ? readText : (text) => readText(text) || undefined;
    case "ip":
      return lookups[lookup].isText ? unlessEmpty(readText) : addressReader(isOfSeveral);
    case "boolean":
      return readBoolean;
    case "dateTime":
      return unlessEmpty(parsedBy(timeField, "Enter a valid date/time."));
    case "date":
      return unlessEmpty(parsedBy(dayField, "Enter a valid date."));
    case "time":
      return unlessEmpty(parsedBy(clockField, "Enter a valid time."));
    case "duration":
      return unlessEmpty(parsedBy(spanField, "Enter a valid duration."));
    case "uuid":
      return unlessEmpty(parsedBy(uuid, "Enter a valid UUID."));
    case "decimal":
      return unlessEmpty(decimalText);
    case "float":
      return unlessEmpty(lookups[lookup].isText ? decimalText : (text) => Number(decimalText(text)));
    case "bigInteger":
    case "positiveBigInteger":
      return unlessEmpty(lookups[lookup].isText ? decimalText : bigNumberReader(lookup));
    case "auto":
    case "bigAuto":
    case "integer":
    case "positiveInteger":
    case "positiveSmallInteger":
    case "smallInteger":
      return unlessEmpty(lookups[lookup].isText ? decimalText : numberReader(lookup));
    default:
      throw new ImproperlyConfigured(`filters: no filter stands for ${field.name}, a ${field.kind}.`);
  }
}

/** What is no address is that of no row. */
function addressReader(isOfSeveral: boolean): ValueReader {
  return (text) => {
    const address = readText(text);
    if (address === "" && !isOfSeveral) return undefined;
    return isIP(address) === 0 ? (isOfSeveral ? undefined : nothing) : address;
  };
}

/** What every whole number of 64 bits meets is no condition: as in Django, rows without a number meet it too. */
function numberReader(lookup: LookupName): ValueReader {
  const isMet = (number: number | bigint): boolean => {
    if (lookup === "lt" || lookup === "lte") return number >= 2 ** 63;
    return (lookup === "gt" || lookup === "gte") && number < -(2 ** 63);
  };
  return (text) => {
    const number = wholePart(text);
    return isMet(number) ? undefined : number;
  };
}

function bigNumberReader(lookup: LookupName): ValueReader {
  const read = numberReader(lookup);
  return (text) => {
    const number = read(text);
    return typeof number === "number" && Number.isSafeInteger(number) ? BigInt(number) : (number ?? undefined);
  };
}

/** A part of a time is a number; `date` and `time` are themselves. */
function partReader(part: DatePart): ValueReader {
  if (part === "date") return unlessEmpty(parsedBy(dayField, "Enter a valid date."));
  if (part === "time") return unlessEmpty(parsedBy(clockField, "Enter a valid time."));
  return unlessEmpty((text) => Number(wholePart(text)));
}

const partsOf = (text: string, read: ValueReader): unknown[] => text.split(",").map(read);

const unlessEmpty =
  (read: ValueReader): ValueReader =>
  (text) =>
    text === "" ? undefined : read(text);

const booleans: Readonly<Record<string, boolean>> = Object.freeze({ "0": false, "1": true, false: false, true: true });

function readBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return Object.hasOwn(booleans, word) ? booleans[word] : undefined;
}

const alone: ValidationContext = {
  isPartial: false,
  instanceKey: undefined,
  objects: () => {
    throw new TypeError("A value of a filter is read without the database.");
  },
};
const textField = charField({ allowBlank: true });
const timeField = dateTimeField();
const dayField = dateField();
const clockField = timeOfDayField();
const spanField = durationField();
const uuid = uuidField();

function readText(text: string): string {
  refuseNull(text);
  return textField.parse(text, alone) as string;
}

/** Reads a value as a serializer's field does, but with the words of Django's form field. */
function parsedBy(field: SerializerField, message: string): ValueReader {
  return (text) => {
    try {
      return field.parse(textField.parse(text, alone), alone);
    } catch (error) {
      throw new ValidationError(message, { cause: error });
    }
  };
}

function choiceReader(values: readonly (string | number)[]): ValueReader {
  const byText = new Map(values.map((value) => [String(value), value]));
  return (text) => {
    const value = byText.get(text);
    if (value !== undefined) return value;
    throw new ValidationError(`Select a valid choice. ${text} is not one of the available choices.`);
  };
}

/** Refuses NUL, which no database keeps in text. */
function refuseNull(text: string): void {
  if (text.includes("\0")) throw new ValidationError("Null characters are not allowed.");
}
