import type { Comparison, Condition, Within } from "./query-shape.ts";

/**
 * Has conditions that go over the same relation to many rows be met by the same row of it, as those of one `filter()` of
 * Django's.
 */
export function ofSameRows(conditions: readonly (Comparison | Within)[]): readonly Condition[] {
  const ways = Map.groupBy(conditions, wayOf);
  if (ways.size === conditions.length) return conditions;
  return [...ways].flatMap(([way, met]): readonly Condition[] =>
    way === undefined || met.length === 1 ? met : [{ together: met.map((one) => [one]) }],
  );
}

/** The first relation to many rows that a condition goes over; undefined where it goes over none. */
function wayOf(condition: Comparison | Within): string | undefined {
  if (!("through" in condition)) return undefined;
  const { path, through, source } = condition;
  return [...path.relations.map(({ name }) => name), through.table, source.name].join(" ");
}
