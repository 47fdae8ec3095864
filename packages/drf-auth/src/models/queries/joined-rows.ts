import type { RowValues } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import type { ColumnPath, FieldMeta, ModelMeta } from "../model-meta.ts";
import { rowDecoder, valuesDecoder } from "./row-decoder.ts";
import type { Selection } from "./selection.ts";

/** A relation whose row is read with the row that refers to it, and those that are read with that one. */
interface Joined {
  readonly relation: FieldMeta;
  readonly related: ModelMeta;
  readonly within: Map<string, Joined>;
}

export interface JoinedRows {
  readonly selection: Selection;
  readonly decode: (values: RowValues) => Record<string, unknown>;
}

/** Reads rows with what was annotated, and with the rows that relations to one lead to, by one statement. */
export function joinedRows(
  meta: ModelMeta,
  annotations: ReadonlyMap<string, ColumnPath>,
  ways: readonly string[],
): JoinedRows {
  const own = rowDecoder(meta);
  if (annotations.size === 0 && ways.length === 0) return own;
  const paths: ColumnPath[] = [...own.selection.paths];
  const names = [...annotations.keys()];
  const decodeAnnotations = valuesDecoder(names, [...annotations.values()]);
  const annotationsFrom = paths.length;
  paths.push(...annotations.values());
  const decodeJoined = joinedDecoder(treeOf(meta, ways), [], paths);
  return {
    selection: { key: `row ${names.join()} with ${ways.join()}`, paths },
    decode: (values) => ({
      ...own.decode(values),
      ...decodeAnnotations(values.slice(annotationsFrom)),
      ...decodeJoined(values),
    }),
  };
}

/** @throws {ImproperlyConfigured} when a way leads over what is no relation to one row. */
function treeOf(meta: ModelMeta, ways: readonly string[]): Map<string, Joined> {
  const tree = new Map<string, Joined>();
  for (const way of ways) {
    let at = meta;
    let branch = tree;
    for (const name of way.split("__")) {
      const relation = at.fieldsByName.get(name);
      if (!relation?.related) {
        throw new ImproperlyConfigured(
          `selectRelated: "${name}" is no relation of ${at.model.name} to one row. prefetchRelated() loads those to many.`,
        );
      }
      const known = branch.get(name) ?? { relation, related: relation.related, within: new Map<string, Joined>() };
      branch.set(name, known);
      at = known.related;
      branch = known.within;
    }
  }
  return tree;
}

function joinedDecoder(
  tree: ReadonlyMap<string, Joined>,
  way: readonly FieldMeta[],
  paths: ColumnPath[],
): (values: RowValues) => Record<string, unknown> {
  const parts = [...tree].map(([name, { relation, related, within }]) => {
    const relations = [...way, relation];
    const { selection, decode } = rowDecoder(related);
    const from = paths.length;
    const key = from + selection.paths.findIndex(({ field }) => field === related.primaryKey);
    paths.push(...selection.paths.map(({ field }) => ({ relations, field })));
    const to = paths.length;
    const decodeWithin = joinedDecoder(within, relations, paths);
    return (values: RowValues): [string, unknown] => {
      if (values[key] === null) return [name, null];
      return [name, { ...decode(values.slice(from, to)), ...decodeWithin(values) }];
    };
  });
  return (values) => Object.fromEntries(parts.map((part) => part(values)));
}

/** Checks the ways at once, where they are named. */
export function mustBeToOne(meta: ModelMeta, ways: readonly string[]): void {
  treeOf(meta, ways);
}
