import { type Expression, sql } from "kysely";
import type { Dialect, SqlValue } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import type { Calculation, Operator, Term } from "./calculation.ts";
import { parseDecimal } from "../fields/decimal.ts";
import { keyOf } from "../fields/field-codec.ts";
import { fieldKinds } from "../fields/field-kinds.ts";
import type { ColumnPath, FieldMeta } from "../model-meta.ts";
import { Parameter } from "./sql.ts";

type Numbers = "decimal" | "float" | "whole" | "wide";

/** What numbers may be added to one of a kind, and be of that kind still. */
const goesWith: Readonly<Record<Numbers, readonly Numbers[]>> = Object.freeze({
  decimal: ["decimal", "whole", "wide"],
  float: ["decimal", "float", "whole", "wide"],
  whole: ["whole", "wide"],
  wide: ["whole", "wide"],
});

export interface CalculationOptions {
  readonly dialect: Dialect;
  readonly pathOf: (text: string) => ColumnPath;
  /** Which of the statement's values is its first. */
  readonly firstIndex: number;
}

/** A calculation as a query has it. */
export interface Calculated {
  /** A field whose values are of the kind of its result. */
  readonly field: FieldMeta;
  readonly paths: readonly ColumnPath[];
  readonly sql: (columnOf: (path: ColumnPath) => Expression<unknown>) => Expression<unknown>;
  readonly values: readonly SqlValue[];
  /** What tells its SQL from that of others. */
  readonly shape: string;
}

interface Part extends Calculated {
  readonly numbers: Numbers | undefined;
}

/** @throws {ImproperlyConfigured} of what is no number, or of numbers that do not go together. */
export function calculated({ term }: Calculation, options: CalculationOptions): Calculated {
  return partOf(term, options);
}

function partOf(term: Term, options: CalculationOptions): Part {
  if ("path" in term) return fieldPart(options.pathOf(term.path), term.path);
  if ("value" in term) return valuePart(term.value, options);
  const left = partOf(term.left, options);
  const right = partOf(term.right, { ...options, firstIndex: options.firstIndex + left.values.length });
  const { operator } = term;
  const { numbers, field } = mixed(left, right, operator);
  return {
    field,
    numbers,
    paths: [...left.paths, ...right.paths],
    sql: (columnOf) => {
      const divisor = right.sql(columnOf);
      const other = operator === "/" ? sql`nullif(${divisor}, 0)` : divisor;
      const first = left.sql(columnOf);
      // SQLite keeps a decimal without a fraction as a whole number, and divides those without a rest.
      const isWholeThere = operator === "/" && numbers === "decimal" && options.dialect === "sqlite";
      return sql`(${isWholeThere ? sql`cast(${first} as real)` : first} ${sql.raw(operator)} ${other})`;
    },
    values: [...left.values, ...right.values],
    shape: `(${left.shape}${operator}${right.shape})`,
  };
}

function fieldPart(path: ColumnPath, text: string): Part {
  const field = keyOf(path.field);
  return {
    field,
    numbers: numbersOf(field),
    paths: [path],
    sql: (columnOf) => columnOf(path),
    values: [],
    shape: text,
  };
}

function valuePart(value: bigint | number | string, { dialect, firstIndex }: CalculationOptions): Part {
  const numbers = numbersOfValue(value);
  const type = sqlTypes[dialect][numbers];
  const decimal = numbers === "decimal" ? parseDecimal(String(value)) : undefined;
  const decimalPlaces = Math.max(0, -(decimal?.exponent ?? 0));
  return {
    field: decimal ? computedField("", { kind: "decimal", options: { decimalPlaces } }) : literalFields[numbers],
    numbers,
    paths: [],
    sql: () => sql`cast(${new Parameter(firstIndex)} as ${sql.raw(type)})`,
    values: [value],
    shape: type,
  };
}

const sqlTypes: Readonly<Record<Dialect, Readonly<Record<Numbers, string>>>> = Object.freeze({
  postgresql: { decimal: "numeric", float: "double precision", whole: "bigint", wide: "bigint" },
  sqlite: { decimal: "numeric", float: "real", whole: "integer", wide: "integer" },
});

const literal = (kind: FieldMeta["kind"]): FieldMeta => computedField("", { kind, options: {} });
const literalFields: Readonly<Record<Numbers, FieldMeta>> = Object.freeze({
  decimal: literal("decimal"),
  float: literal("float"),
  whole: literal("integer"),
  wide: literal("bigInteger"),
});

/** The field whose values a computed value is like. */
export function computedField(name: string, { kind, options }: Pick<FieldMeta, "kind" | "options">): FieldMeta {
  return {
    name,
    attname: name,
    column: name,
    kind,
    options,
    isNull: true,
    isUnique: false,
    isPrimaryKey: false,
    verboseName: name,
    related: undefined,
  };
}

/** What numbers a field holds; undefined where it holds none that can be added. */
export function numbersOf({ kind }: FieldMeta): Numbers | undefined {
  if (kind === "decimal" || kind === "float") return kind;
  const { isWhole, isWide } = fieldKinds[kind];
  if (isWhole) return "whole";
  return isWide && kind !== "duration" ? "wide" : undefined;
}

function numbersOfValue(value: bigint | number | string): Numbers {
  if (typeof value === "bigint") return "wide";
  if (typeof value === "number" && Number.isFinite(value)) return Number.isSafeInteger(value) ? "whole" : "float";
  if (typeof value === "string" && parseDecimal(value)) return "decimal";
  throw new ImproperlyConfigured(`f: ${JSON.stringify(value)} is no number to calculate with.`);
}

function mixed(left: Part, right: Part, operator: Operator): Pick<Part, "field" | "numbers"> {
  if (!left.numbers || !right.numbers) {
    const other = (left.numbers ? right : left).field;
    throw new ImproperlyConfigured(
      `f: "${other.name}" is a ${other.kind} field, and only numbers can be calculated with.`,
    );
  }
  if (left.numbers === "decimal" && goesWith.decimal.includes(right.numbers))
    return { field: decimalOf(left.field, right.field, operator), numbers: "decimal" };
  if (goesWith[left.numbers].includes(right.numbers)) return left;
  if (left.numbers === "whole" && right.numbers === "float") return { field: literalFields.float, numbers: "float" };
  throw new ImproperlyConfigured(
    `f: a calculation that begins with a ${left.field.kind} cannot go on with a ${right.field.kind}. Begin with the other` +
      ' one, or write a fraction as text ("1.5").',
  );
}

/** A decimal with the digits after its point that the result has: all that are there, where it was divided. */
function decimalOf(left: FieldMeta, right: FieldMeta, operator: Operator): FieldMeta {
  const [one, other] = [placesOf(left), placesOf(right)];
  if (operator === "/" || one === undefined || other === undefined) return literal("decimal");
  const decimalPlaces = operator === "*" ? one + other : Math.max(one, other);
  return computedField("", { kind: "decimal", options: { decimalPlaces } });
}

function placesOf({ kind, options }: FieldMeta): number | undefined {
  return kind === "decimal" ? options.decimalPlaces : 0;
}

/** Whether values of two kinds of fields can be compared with each other. */
export function areAlike(one: FieldMeta, other: FieldMeta): boolean {
  const isNumber = numbersOf(one) !== undefined && numbersOf(other) !== undefined;
  return isNumber || one.kind === other.kind || areText(one, other);
}

/** @throws {ImproperlyConfigured} when a field cannot hold what a calculation gives. */
export function mustHold(field: FieldMeta, result: FieldMeta): void {
  const own = keyOf(field);
  const [to, from] = [numbersOf(own), numbersOf(result)];
  if (to && from ? to === from || goesWith[to].includes(from) : areAlike(own, result)) return;
  throw new ImproperlyConfigured(`update: ${field.name} is a ${own.kind} field and cannot hold a ${result.kind}.`);
}

function areText(one: FieldMeta, other: FieldMeta): boolean {
  return fieldKinds[one.kind].isText && fieldKinds[other.kind].isText;
}
