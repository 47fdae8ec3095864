import type { Dialect } from "../../database/index.ts";
import type { FieldKind } from "../../models/index.ts";
import type { Data } from "../files/data-text.ts";
import type { FoundColumn } from "./found-table.ts";

/** The field that stands for a column, as its maker takes it. */
export interface ColumnField {
  readonly kind: FieldKind;
  readonly options: Readonly<Record<string, Data>>;
  /** What the database does not say, for whoever reads the model. */
  readonly note?: string;
}

/** A column's type in parts: `decimal(10, 2)`. */
interface ColumnType {
  readonly name: string;
  readonly sizes: readonly number[];
}

type Kinds = Readonly<Record<string, FieldKind>>;

const postgresqlKinds: Kinds = {
  bigint: "bigInteger",
  boolean: "boolean",
  character: "char",
  "character varying": "char",
  citext: "text",
  date: "date",
  "double precision": "float",
  inet: "ip",
  integer: "integer",
  interval: "duration",
  json: "json",
  jsonb: "json",
  name: "text",
  numeric: "decimal",
  real: "float",
  smallint: "smallInteger",
  text: "text",
  "time without time zone": "time",
  "timestamp with time zone": "dateTime",
  "timestamp without time zone": "dateTime",
  uuid: "uuid",
};

/** As Django writes them, and as others do. */
const sqliteKinds: Kinds = {
  bigint: "bigInteger",
  "bigint unsigned": "positiveBigInteger",
  bool: "boolean",
  boolean: "boolean",
  char: "char",
  character: "char",
  clob: "text",
  date: "date",
  datetime: "dateTime",
  decimal: "decimal",
  double: "float",
  "double precision": "float",
  float: "float",
  int: "integer",
  int2: "smallInteger",
  int8: "bigInteger",
  integer: "integer",
  "integer unsigned": "positiveInteger",
  json: "json",
  mediumint: "integer",
  nchar: "char",
  numeric: "decimal",
  nvarchar: "char",
  real: "float",
  smallint: "smallInteger",
  "smallint unsigned": "positiveSmallInteger",
  text: "text",
  time: "time",
  timestamp: "dateTime",
  tinyint: "smallInteger",
  varchar: "char",
};

const positives: Partial<Record<FieldKind, FieldKind>> = {
  bigInteger: "positiveBigInteger",
  integer: "positiveInteger",
  smallInteger: "positiveSmallInteger",
};

/** Says which field stands for a column that is no relation; undefined where none does. */
export function fieldOfColumn(column: FoundColumn, dialect: Dialect): ColumnField | undefined {
  const type = typeOf(column.type);
  const found = column.choices
    ? choiceOf(column.choices)
    : dialect === "sqlite"
      ? onSqlite(type, column)
      : onPostgresql(type, column);
  return found && withDefault(found, column);
}

function typeOf(text: string): ColumnType {
  const [, sizes] = /\(([\d\s,]+)\)/.exec(text) ?? [];
  const name = text.replace(/\s*\([\d\s,]+\)/, "").trim();
  return { name, sizes: sizes?.split(",").map(Number) ?? [] };
}

function choiceOf(labels: readonly string[]): ColumnField {
  const maxLength = Math.max(...labels.map((label) => label.length));
  return { kind: "char", options: { maxLength, choices: labels.map((label) => [label, label]) } };
}

function onPostgresql(type: ColumnType, { isPositive }: FoundColumn): ColumnField | undefined {
  const kind = postgresqlKinds[type.name];
  if (kind === undefined) return undefined;
  if (type.name === "timestamp without time zone")
    return { kind, options: {}, note: "without a time zone: read as UTC" };
  return sized((isPositive ? positives[kind] : undefined) ?? kind, type);
}

function onSqlite(type: ColumnType, { isJson, isPositive }: FoundColumn): ColumnField | undefined {
  const [size] = type.sizes;
  if (type.name === "tinyint" && size === 1) return { kind: "boolean", options: {} };
  if (type.name === "text" && isJson) return { kind: "json", options: {} };
  if (type.name === "char" && size === 39) return { kind: "ip", options: {} };
  if (type.name === "char" && size === 32) {
    return {
      kind: "uuid",
      options: {},
      note: "a UUID, as Django keeps it; another text is field.char({ maxLength: 32 })",
    };
  }
  const kind = sqliteKinds[type.name];
  return kind && sized((isPositive ? positives[kind] : undefined) ?? kind, type);
}

function sized(kind: FieldKind, { sizes: [size, places = 0] }: ColumnType): ColumnField {
  if (kind === "char")
    return size === undefined ? { kind: "text", options: {} } : { kind, options: { maxLength: size } };
  if (kind !== "decimal") return { kind, options: {} };
  if (size !== undefined) return { kind, options: { maxDigits: size, decimalPlaces: places } };
  return {
    kind,
    options: { maxDigits: 20, decimalPlaces: 6 },
    note: "the database does not say how many digits: what has more after the point is read rounded",
  };
}

/** What the database holds where nothing is given, which the model must say too, or it would be asked for. */
function withDefault(found: ColumnField, column: FoundColumn): ColumnField {
  if (column.isCounted) {
    return { ...found, options: { ...found.options, blank: true }, note: "the database counts it up" };
  }
  const isFilled = column.default !== undefined && !/^null\b/i.test(column.default);
  if (!isFilled || column.default === undefined) return found;
  const value = literalOf(found.kind, column.default);
  if (value !== undefined) return { ...found, options: { ...found.options, default: value } };
  const note = [found.note, `the database fills it: ${column.default}`].filter(Boolean).join("; ");
  const isText = ["char", "text"].includes(found.kind);
  return { ...found, options: { ...found.options, ...(!isText && { blank: true }) }, note };
}

/** A default of SQL as TypeScript has it, where it is a plain value. */
function literalOf(kind: FieldKind, text: string): Data | undefined {
  const quoted = /^'((?:[^']|'')*)'(?:::[\w\s".[\]()]+)?$/.exec(text)?.[1]?.replaceAll("''", "'");
  const plain = quoted ?? text.replace(/^\((.*)\)$/, "$1");
  switch (kind) {
    case "boolean":
      return /^(?:true|1|t)$/i.test(plain) ? true : /^(?:false|0|f)$/i.test(plain) ? false : undefined;
    case "bigInteger":
    case "positiveBigInteger":
      return /^-?\d+$/.test(plain) ? BigInt(plain) : undefined;
    case "char":
    case "text":
    case "date":
    case "time":
      return quoted;
    case "dateTime":
      return /^(?:now\(\)|current_timestamp)$/i.test(text) ? "now" : undefined;
    case "decimal":
      return /^-?\d+(?:\.\d+)?$/.test(plain) ? plain : undefined;
    case "float":
    case "integer":
    case "positiveInteger":
    case "positiveSmallInteger":
    case "smallInteger":
      return /^-?\d+(?:\.\d+)?$/.test(plain) ? Number(plain) : undefined;
    default:
      return undefined;
  }
}
