import type { Dialect, SqlValue } from "../../database/index.ts";
import { textOf } from "./condition-on.ts";
import type { Asked } from "./given-conditions.ts";
import { type LookupName, lookups } from "./lookups.ts";
import type { ColumnPath, FieldMeta, Ordering } from "../model-meta.ts";
import type { Comparison, Condition } from "./query-shape.ts";

type Compare = (path: ColumnPath, lookup: LookupName, given: unknown) => Comparison;

/** What is asked of rows, and besides that they come after some values in an order; `encode` gives the driver's of those. */
export function positioned(
  asked: Asked,
  ordering: readonly Ordering[],
  position: readonly unknown[],
  encode: (field: FieldMeta, value: unknown) => SqlValue,
): Pick<Asked, "conditions" | "shape" | "values"> {
  const { dialect } = asked;
  const values = [...asked.values];
  let shape = `${asked.shape}&after[`;
  const compare: Compare = (path, name, given) => {
    const comparison = { path, lookup: lookups[name], given, firstIndex: values.length };
    values.push(...lookups[name].values(given, (value) => encode(path.field, value), dialect));
    shape += ` ${textOf(path)} ${name} ${lookups[name].shape(given)}`;
    return comparison;
  };
  const added = positionConditions(ordering, position, { compare, dialect });
  return { conditions: [...asked.conditions, ...added], values, shape: `${shape}]` };
}

/**
 * What the rows meet that come after some values in an order: more in the first field, or as much there and more in the
 * second, and so on. For SQLite null is less than everything, for PostgreSQL more.
 */
function positionConditions(
  ordering: readonly Ordering[],
  position: readonly unknown[],
  { compare, dialect }: { readonly compare: Compare; readonly dialect: Dialect },
): readonly Condition[] {
  const groups = ordering.flatMap((part, index) => {
    const equal = () => ordering.slice(0, index).map((before, at) => compare(before, "exact", position[at]));
    return beyond(part, position[index], { compare, dialect }).map((comparison) => [...equal(), comparison()]);
  });
  const [first] = ordering;
  // Said again for the whole, so that a search of an index begins there instead of at its start.
  if (!first || isNullable(first)) return [groups];
  return [compare(first, first.isDescending ? "lte" : "gte", position[0]), groups];
}

/** The ways in which a field may be beyond a value. */
function beyond(
  part: Ordering,
  value: unknown,
  { compare, dialect }: { readonly compare: Compare; readonly dialect: Dialect },
): (() => Comparison)[] {
  const isNullFirst = (dialect === "sqlite") !== part.isDescending;
  if (value === null) return isNullFirst ? [() => compare(part, "isnull", false)] : [];
  const further = () => compare(part, part.isDescending ? "lt" : "gt", value);
  return isNullable(part) && !isNullFirst ? [further, () => compare(part, "isnull", true)] : [further];
}

function isNullable({ relations, field }: ColumnPath): boolean {
  return field.isNull || relations.some((relation) => relation.isNull);
}
