import type { RowValues, SqlValue } from "../database/index.ts";
import { keyOf, kindOf } from "./field-codec.ts";
import type { ColumnPath, ModelMeta } from "./model-meta.ts";
import type { Selection } from "./selection.ts";

/** Makes objects of the values of some columns, under the names given; every row that is read goes through this loop. */
export function valuesDecoder(
  names: readonly string[],
  paths: readonly ColumnPath[],
): (values: RowValues) => Record<string, unknown> {
  const codecs = paths.map(({ field }) => kindOf(field).fromDatabase);
  const options = paths.map(({ field }) => keyOf(field).options);
  return (values) => {
    const decoded: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index += 1) {
      const value = values[index] as SqlValue;
      const codec = value === null ? undefined : codecs[index];
      decoded[names[index] as string] = codec ? codec(value as NonNullable<SqlValue>, options[index] ?? {}) : value;
    }
    return decoded;
  };
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
  const columns = meta.fields.map((field) => field.column);
  const decoder: RowDecoder = {
    selection: { key: "row", paths },
    decode: valuesDecoder(columns, paths),
  };
  decoders.set(meta, decoder);
  return decoder;
}
