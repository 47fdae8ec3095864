import type { SqlValue } from "../database/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import { Calculation, calculated } from "./calculation.ts";
import { columnPath } from "./column-path.ts";
import { conditionOn, mustBeText } from "./condition-on.ts";
import { exact, type Lookup, lookups, splitLookup } from "./lookups.ts";
import type { ColumnPath } from "./model-meta.ts";
import type { Comparison, QueryShape, Within } from "./query-shape.ts";
import { encodedValue } from "./stored-values.ts";

/** What conditions, calculations and aggregates add to. */
export interface Asked extends QueryShape {
  readonly annotations: ReadonlyMap<string, ColumnPath>;
  readonly values: readonly SqlValue[];
  /** What tells this query's statements from others of the same model. */
  readonly shape: string;
}

/** Conditions as a query has them, with all of its values and its shape then. */
export interface GivenConditions {
  readonly added: readonly (Comparison | Within)[];
  readonly values: readonly SqlValue[];
  readonly shape: string;
}

/** Reads conditions by name; `joint` stands between them in the shape. */
export function givenConditions(
  asked: Asked,
  conditions: Readonly<Record<string, unknown>>,
  { where, joint }: { readonly where: string; readonly joint: string },
): GivenConditions {
  const { meta, dialect, annotations } = asked;
  const added: (Comparison | Within)[] = [];
  const values = [...asked.values];
  let { shape } = asked;
  for (const [name, given] of Object.entries(conditions)) {
    if (given === undefined) throw new TypeError(`${where}: ${name} is undefined. Leave it out, or write null.`);
    const { path: text, lookup } = splitLookup(name);
    let kind = given instanceof Calculation ? "" : lookup.shape(given);
    const compared = (path: ColumnPath): Comparison => {
      if (lookup.isText) mustBeText(path.field, name, where);
      const firstIndex = values.length;
      if (given instanceof Calculation) {
        mustCompare(lookup, name, where);
        const pathOf = (one: string) => pathIn(asked, one, where);
        const computed = calculated(given, { dialect, pathOf, firstIndex });
        values.push(...computed.values);
        kind = `${lookup.shape(0)} ${computed.shape}`;
        return { path, lookup, given: 0, firstIndex, computed };
      }
      values.push(...lookup.values(given, (value) => encodedValue(path.field, value, dialect), dialect));
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
    shape += `${joint}${text} ${kind}`;
  }
  return { added, values, shape };
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
