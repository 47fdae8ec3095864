import type { Dialect } from "../database/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import type { FieldMeta, IpProtocol, ManyToManyMeta } from "../models/index.ts";
import type { FieldOptions, SerializerField, Validator } from "./field.ts";
import { booleanField } from "./fields/boolean-field.ts";
import { charField, emailField, slugField, stateless, textCheck, urlField } from "./fields/char-field.ts";
import { choiceField } from "./fields/choice-field.ts";
import { dateField } from "./fields/date-field.ts";
import { dateTimeField } from "./fields/date-time-field.ts";
import { decimalField } from "./fields/decimal-field.ts";
import { durationField } from "./fields/duration-field.ts";
import { fileField, imageField } from "./fields/file-field.ts";
import { floatField } from "./fields/float-field.ts";
import { bigIntegerField, integerField } from "./fields/integer-field.ts";
import { ipAddressField } from "./fields/ip-address-field.ts";
import { jsonField } from "./fields/json-field.ts";
import { manyRelatedField } from "./fields/many-related-field.ts";
import { primaryKeyField } from "./fields/primary-key-field.ts";
import { timeField } from "./fields/time-field.ts";
import { uuidField } from "./fields/uuid-field.ts";
import { storableJson } from "./storable-json.ts";

/** A model's field and what a serializer makes of it, as DRF's ModelSerializer does; `extra` wins over the model. */
export function fieldOfModel(
  meta: FieldMeta,
  own: readonly Validator[],
  extra: FieldOptions = {},
  dialect: Dialect = "sqlite",
): SerializerField {
  const { options } = meta;
  const isReadOnly = meta.isPrimaryKey ? meta.kind === "bigAuto" || meta.kind === "auto" : options.editable === false;
  const isOptional = options.blank === true || meta.isNull || options.default !== undefined;
  const validators = [
    ...(extra.validators ?? []),
    ...own,
    ...modelValidators(meta),
    ...storageValidators(meta, dialect),
  ];
  const common: FieldOptions = withReadOnly({
    label: labelOf(meta.verboseName),
    ...(isReadOnly ? { readOnly: true } : { required: !isOptional }),
    ...(meta.isNull && { allowNull: true }),
    ...(options.helpText !== undefined && { helpText: options.helpText }),
    ...extra,
    ...(validators.length > 0 && { validators }),
  });
  const [least, greatest] = ranges[dialect][meta.kind] ?? [];
  const bounds = {
    ...(least !== undefined && { minValue: least, maxValue: greatest }),
    ...(options.minValue !== undefined && { minValue: options.minValue }),
    ...(options.maxValue !== undefined && { maxValue: options.maxValue }),
    ...common,
  } as FieldOptions;
  const blank = options.blank && { allowBlank: true };
  if (options.choices) return choiceField({ ...blank, ...common, choices: options.choices });
  const text = {
    ...blank,
    ...(options.maxLength !== undefined && { maxLength: options.maxLength }),
    ...(options.minLength !== undefined && { minLength: options.minLength }),
    ...common,
  };
  const filed = { ...(options.maxLength !== undefined && { maxLength: options.maxLength }), ...common };
  const { maxDigits, decimalPlaces, protocol = "both" as IpProtocol, allowUnicode = false } = options;
  switch (meta.kind) {
    case "char":
      return charField(text);
    case "text":
      return charField({ isMultiline: true, ...text });
    case "email":
      return emailField(text);
    case "slug":
      return slugField({ allowUnicode, ...text });
    case "url":
      return urlField(text);
    case "file":
      return fileField(filed);
    case "image":
      return imageField(filed);
    case "ip":
      return ipAddressField({ protocol, ...common });
    case "uuid":
      return uuidField(common);
    case "boolean":
      return booleanField(common);
    case "date":
      return dateField(common);
    case "time":
      return timeField(common);
    case "dateTime":
      return dateTimeField(common);
    case "duration":
      return durationField(common);
    case "decimal":
      return decimalField({ maxDigits, decimalPlaces, ...bounds });
    case "float":
      return floatField(bounds);
    case "json":
      return jsonField({ ...common, ...(options.schema && { schema: options.schema }) });
    case "bigInteger":
    case "positiveBigInteger":
      return bigIntegerField(bounds);
    case "auto":
    case "bigAuto":
    case "integer":
    case "positiveInteger":
    case "positiveSmallInteger":
    case "smallInteger":
      return integerField(bounds);
    case "foreignKey":
    case "oneToOne":
      if (meta.related) return primaryKeyField(meta.related, common);
  }
  throw new ImproperlyConfigured(`No serializer field stands for ${meta.name}, a ${meta.kind}.`);
}

/** What a serializer makes of a relation of many to many. */
export function fieldOfManyToMany(meta: ManyToManyMeta, extra: FieldOptions = {}): SerializerField {
  const { options } = meta;
  const isReadOnly = options.editable === false;
  const common = withReadOnly({
    label: labelOf(meta.verboseName),
    ...(isReadOnly ? { readOnly: true } : { required: options.blank !== true }),
    ...(options.helpText !== undefined && { helpText: options.helpText }),
    ...extra,
  });
  const allowEmpty = options.blank === true;
  return manyRelatedField(primaryKeyField(meta.related), { allowEmpty, ...common });
}

/** What is read-only is never required, and its default is never used. */
function withReadOnly(options: FieldOptions): FieldOptions {
  if (!options.readOnly) return options;
  const { required: _required, default: _default, ...kept } = options;
  return kept;
}

function labelOf(verboseName: string): string {
  return verboseName.charAt(0).toUpperCase() + verboseName.slice(1);
}

function modelValidators({ options }: FieldMeta): readonly Validator[] {
  const own = (options.validators ?? []) as readonly ((value: unknown) => string | undefined)[];
  if (!options.pattern) return own;
  const pattern = stateless(options.pattern);
  return [...own, textCheck({}, "Enter a valid value.", (value) => pattern.test(value))];
}

const wide = [-(2n ** 63n), 2n ** 63n - 1n] as const;
const positive = [0n, 2n ** 63n - 1n] as const;

type Ranges = Readonly<Partial<Record<FieldMeta["kind"], readonly [bigint, bigint]>>>;

const sqliteRanges: Ranges = {
  bigInteger: wide,
  integer: wide,
  positiveBigInteger: positive,
  positiveInteger: positive,
  positiveSmallInteger: positive,
  smallInteger: wide,
};

const postgresqlRanges: Ranges = {
  bigInteger: wide,
  integer: [-(2n ** 31n), 2n ** 31n - 1n],
  positiveBigInteger: positive,
  positiveInteger: [0n, 2n ** 31n - 1n],
  positiveSmallInteger: [0n, 2n ** 15n - 1n],
  smallInteger: [-(2n ** 15n), 2n ** 15n - 1n],
};

/** What columns of whole numbers hold, in SQLite whatever they are called: Django tells it as their bounds. */
const ranges: Readonly<Record<Dialect, Ranges>> = Object.freeze({ postgresql: postgresqlRanges, sqlite: sqliteRanges });

/** What a column cannot hold, or a row not read, is refused before: DRF on SQLite would answer 500 to some of it. */
function storageValidators({ kind, options }: FieldMeta, dialect: Dialect): readonly Validator[] {
  if (kind === "duration") return [withinColumn];
  if (kind === "json") return [storableJson[dialect]];
  if (
    dialect === "postgresql" ||
    !ranges[dialect][kind] ||
    kind === "bigInteger" ||
    kind === "positiveBigInteger" ||
    options.choices
  )
    return [];
  return [withinNumbers];
}

/** A row's number is exact up to here. */
const withinNumbers: Validator = (value) => {
  const number = value as bigint | number;
  const limit = Number.MAX_SAFE_INTEGER;
  // Beyond 64 bits the field's own bound says it.
  if (number > limit && number < 2n ** 63n) return `Ensure this value is less than or equal to ${limit}.`;
  return number < -limit && number >= -(2n ** 63n)
    ? `Ensure this value is greater than or equal to -${limit}.`
    : undefined;
};

/** A column holds 2^63 microseconds. */
const maxStoredDays = 106_751_990;

const withinColumn: Validator = (value) => {
  const days = Number(/^(-?\d+) /.exec(value as string)?.[1] ?? 0);
  if (Math.abs(days) <= maxStoredDays) return undefined;
  return `The number of days must be between -${maxStoredDays} and ${maxStoredDays}.`;
};
