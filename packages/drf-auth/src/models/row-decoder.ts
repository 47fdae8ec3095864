import type { RowValues, SqlValue } from "../database/index.ts";
import { fieldKinds } from "./field-kinds.ts";
import type { ModelMeta } from "./registry.ts";
import type { Selection } from "./selection.ts";

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
  const columns = meta.fields.map((field) => field.column);
  const codecs = meta.fields.map((field) => fieldKinds[field.kind].fromDatabase);
  const decoder: RowDecoder = {
    selection: { key: "row", paths: meta.fields.map((field) => ({ relations: [], field })) },
    decode: (values) => {
      const row: Record<string, unknown> = {};
      for (let index = 0; index < columns.length; index += 1) {
        const value = values[index] as SqlValue;
        const codec = codecs[index];
        row[columns[index] as string] = codec ? codec(value) : value;
      }
      return row;
    },
  };
  decoders.set(meta, decoder);
  return decoder;
}
