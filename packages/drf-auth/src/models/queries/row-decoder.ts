import type { RowValues, SqlValue } from "../../database/index.ts";
import { keyOf, kindOf } from "../fields/field-codec.ts";
import type { ColumnPath, ModelMeta } from "../model-meta.ts";
import { objectMaker } from "./object-maker.ts";
import type { Selection } from "./selection.ts";

/** Makes objects of the values of some columns, under the names given; every row that is read goes through this loop. */
export function valuesDecoder(
  names: readonly string[],
  paths: readonly ColumnPath[],
): (values: RowValues) => Record<string, unknown> {
  const steps = paths.map(({ field }) => {
    const { fromDatabase } = kindOf(field);
    const { options } = keyOf(field);
    return fromDatabase && ((value: NonNullable<SqlValue>) => fromDatabase(value, options));
  });
  return objectMaker(names, steps);
}

/** Reads whole rows as objects: one key a column. */
export interface RowDecoder {
  readonly selection: Selection;
  readonly decode: (values: RowValues) => Record<string, unknown>;
}

const decoders = new WeakMap<ModelMeta, RowDecoder>();

/** The decoder of a model's rows, made once. */
export function rowDecoder(meta: ModelMeta): RowDecoder {
  const known = decoders.get(meta);
  if (known) return known;
  const paths = meta.fields.map((field) => ({ relations: [], field }));
  const names = meta.fields.map((field) => field.attname);
  const decoder: RowDecoder = {
    selection: { key: "row", paths },
    decode: valuesDecoder(names, paths),
  };
  decoders.set(meta, decoder);
  return decoder;
}
