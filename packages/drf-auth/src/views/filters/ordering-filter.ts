import { ImproperlyConfigured } from "../../errors.ts";
import type { Query } from "../../http/index.ts";
import { columnPath, type Model, type ModelMeta, type QuerySet } from "../../models/index.ts";
import { manyOnWay } from "./many-on-way.ts";

const parameter = "ordering";

/**
 * Orders as `ordering=text,-created_at` says, by the fields that are offered, as DRF's OrderingFilter: other names are
 * left out, and where none remains the order stays as it was.
 */
export function orderingFilter(
  meta: ModelMeta,
  names: readonly string[],
): ((query: QuerySet<Model>, asked: Query) => QuerySet<Model>) | undefined {
  if (names.length === 0) return undefined;
  for (const name of names) {
    const many = manyOnWay(meta, name);
    if (many !== undefined) {
      throw new ImproperlyConfigured(
        `ordering: "${name}" goes over ${many}, which leads to any number of rows: no one of them says where a row belongs.`,
      );
    }
    columnPath(meta, name, "ordering");
  }
  const offered: ReadonlySet<string> = new Set(names);
  return (query, asked) => {
    const text = asked.get(parameter);
    if (!text) return query;
    // By name, for nothing is left to order among rows that are equal in a field: a client cannot make it longer.
    const chosen = new Map<string, string>();
    for (const part of text.split(",")) {
      const term = part.trim();
      const name = term.startsWith("-") ? term.slice(1) : term;
      if (offered.has(name) && !chosen.has(name)) chosen.set(name, term);
    }
    return chosen.size === 0 ? query : query.orderBy(...chosen.values());
  };
}
