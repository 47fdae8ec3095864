import type { SqlValue } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { areAlike, calculated } from "./calculated.ts";
import { Calculation } from "./calculation.ts";
import { columnPath } from "./column-path.ts";
import { conditionOn, mustBeText } from "./condition-on.ts";
import { type DatePart, hasDatePart } from "../fields/date-parts.ts";
import { keyOf } from "../fields/field-codec.ts";
import { exact, type Lookup, lookups, splitLookup } from "./lookups.ts";
import type { ColumnPath, FieldMeta } from "../model-meta.ts";
import type { Comparison, QueryShape, Within } from "./query-shape.ts";
import { encodedValue } from "../fields/stored-values.ts";

/** What conditions, calculations and aggregates add to. */
export interface Asked extends QueryShape {
  readonly annotations: ReadonlyMap<string, ColumnPath>;
  readonly values: readonly SqlValue[];
  /** What tells this query's statements from others of the same model. */
  readonly shape: string;
}

/** Conditions as a query has them, with all of its values then. */
export interface GivenConditions {
  readonly added: readonly (Comparison | Within)[];
  readonly values: readonly SqlValue[];
  /** What tells them from others; in brackets, so that it never reads as what stands beside it. */
  readonly shape: string;
}

/** Reads conditions by name. */
export function givenConditions(
  asked: Asked,
  conditions: Readonly<Record<string, unknown>>,
  where: string,
): GivenConditions {
  const { meta, dialect, annotations } = asked;
  const added: (Comparison | Within)[] = [];
  const values = [...asked.values];
  const shapes: string[] = [];
  for (const [name, given] of Object.entries(conditions)) {
    if (given === undefined) throw new TypeError(`${where}: ${name} is undefined. Leave it out, or write null.`);
    const { path: text, lookup } = splitLookup(name);
    let kind = lookup === lookups.isnull ? lookup.shape(given) : "";
    const compared = (path: ColumnPath): Comparison => {
      if (lookup.isText) mustBeText(path.field, name, where);
      if (lookup.part !== undefined) mustHavePart(path.field, lookup.part, name, where);
      const firstIndex = values.length;
      if (given instanceof Calculation) {
        mustCompare(lookup, name, where);
        const pathOf = (one: string) => pathIn(asked, one, where);
        const computed = calculated(given, { dialect, pathOf, firstIndex });
        mustBeAlike(path.field, computed.field, name, where);
        values.push(...computed.values);
        kind = `${lookup.shape(0)} ${computed.shape}`;
        return { path, lookup, given: 0, firstIndex, computed };
      }
      values.push(...lookup.values(given, (value) => encodedValue(path.field, value, dialect), dialect));
      kind = lookup.shape(given);
      return { path, lookup, given, firstIndex };
    };
    const annotated = annotations.get(text);
    const isMissing = lookup === lookups.isnull ? given === true : undefined;
    const condition = annotated ? compared(annotated) : conditionOn(meta, text, { where, compared, isMissing });
    if (given instanceof Calculation && !("lookup" in condition)) {
      throw new ImproperlyConfigured(
        `${where}: "${name}" goes over a relation to many rows, which cannot be compared with a calculation of the row.`,
      );
    }
    added.push(condition);
    shapes.push(`${text} ${kind}`);
  }
  return { added, values, shape: `[${shapes.join()}]` };
}

/** A column by name, or what was annotated under that. */
export function pathIn(
  { meta, annotations }: Pick<Asked, "annotations" | "meta">,
  name: string,
  where: string,
): ColumnPath {
  return annotations.get(name) ?? columnPath(meta, name, where);
}

const comparisons: ReadonlySet<Lookup> = new Set([exact, lookups.gt, lookups.gte, lookups.lt, lookups.lte]);

function mustCompare(lookup: Lookup, name: string, where: string): void {
  if (comparisons.has(lookup)) return;
  throw new ImproperlyConfigured(`${where}: "${name}" cannot be a calculation: only exact, gt, gte, lt and lte can.`);
}

function mustHavePart(field: FieldMeta, part: DatePart, name: string, where: string): void {
  if (hasDatePart(field.kind, part)) return;
  throw new ImproperlyConfigured(`${where}: "${name}": ${field.name} is a ${field.kind} field and has no ${part}.`);
}

function mustBeAlike(field: FieldMeta, other: FieldMeta, name: string, where: string): void {
  const own = keyOf(field);
  if (areAlike(own, other)) return;
  throw new ImproperlyConfigured(
    `${where}: "${name}": ${field.name} is a ${own.kind} field and cannot be compared with a ${other.kind}.`,
  );
}
