import { rowDecoder, type Row, type Model } from "../../models/index.ts";
import type { FieldOptions, FieldPlace, SerializerField } from "../field.ts";
import type { RepresentContext } from "../row-reader.ts";

/**
 * A value that a function makes of the whole row, as DRF's SerializerMethodField; the request is undefined outside of
 * one.
 */
export function methodField<M extends Model, Output>(
  method: (row: Row<M>, request: RepresentContext | undefined) => Output,
  options: Pick<FieldOptions, "helpText" | "label"> = {},
): SerializerField<never, false, Output> & { readonly options: { readonly source?: never } } {
  return Object.freeze({
    type: "field",
    options: { ...options, readOnly: true },
    parse: () => {
      throw new TypeError("A method field takes no value.");
    },
    reader: ({ meta }: FieldPlace) => {
      const { selection, decode } = rowDecoder(meta);
      const width = selection.paths.length;
      return {
        paths: selection.paths,
        read: (values: readonly unknown[], start: number, _loaded: unknown, context: RepresentContext | undefined) =>
          method(decode(values.slice(start, start + width) as never) as Row<M>, context) ?? null,
      };
    },
    validators: [],
  }) as unknown as SerializerField<never, false, Output> & { readonly options: { readonly source?: never } };
}
