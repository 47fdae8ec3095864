import type { RowValues, SqlValue } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import type { Aggregate } from "./aggregate.ts";
import type { Ordered } from "../inference/column-names.ts";
import { aggregated } from "./annotation.ts";
import { type Asked, pathIn } from "./given-conditions.ts";
import type { ColumnPath, Ordering } from "../model-meta.ts";
import type { Grouping } from "./query-sql.ts";
import { valuesDecoder } from "./row-decoder.ts";

/** What is computed over groups of rows, and which groups first. */
export interface GroupOptions<Name extends string = string> {
  /** By names that were asked for, `-` before one for descending. Default: none. */
  readonly orderBy?: readonly Ordered<Name>[];
  /** How many groups at most. Default: all. */
  readonly limit?: number;
}

/** What is asked of groups of rows, as a query has it. */
export interface Grouped {
  readonly grouping: Grouping;
  /** What tells its statements from others of the same model. */
  readonly key: string;
  readonly values: readonly SqlValue[];
  readonly decode: (values: RowValues) => Record<string, unknown>;
}

/** Reads what is asked over each group of rows that are alike in some columns. */
export function grouped(
  asked: Asked,
  names: readonly string[],
  aggregates: Readonly<Record<string, Aggregate>>,
  { orderBy = [] }: GroupOptions,
): Grouped {
  const groups = names.map((name) => pathIn(asked, name, "aggregateBy"));
  const computed: ColumnPath[] = [];
  let all = asked;
  for (const [name, one] of Object.entries(aggregates)) {
    const { path, values, shape } = aggregated(all, name, one);
    computed.push(path);
    all = { ...all, values, shape };
  }
  const allNames = [...names, ...Object.keys(aggregates)];
  const repeated = allNames.find((name, index) => allNames.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new ImproperlyConfigured(
      `aggregateBy: "${repeated}" is asked for twice. Give what is computed another name.`,
    );
  }
  const paths = [...groups, ...computed];
  const ordering = orderBy.map((text): Ordering => {
    const name = text.replace(/^-/, "");
    const path = paths[allNames.indexOf(name)];
    if (path) return { ...path, isDescending: text !== name };
    throw new ImproperlyConfigured(`aggregateBy: "${name}" was not asked for, so groups cannot be ordered by it.`);
  });
  return {
    grouping: { groups, aggregates: computed, ordering },
    key: `groups ${names.join()}|${orderBy.join()}${all.shape}`,
    values: all.values,
    decode: valuesDecoder(allNames, paths),
  };
}
