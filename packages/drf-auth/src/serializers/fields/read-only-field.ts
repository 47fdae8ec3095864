import type { FieldOptions, SerializerField } from "../field.ts";

/** A value that is given and never taken, as DRF's ReadOnlyField: `readOnly({ source: "owner.username" })`. */
export function readOnly<const Source extends string = never>(
  options: Omit<FieldOptions, "source"> & { readonly source?: Source } = {},
): SerializerField<never, false> & { readonly options: { readonly source?: Source } } {
  return Object.freeze({
    type: "field",
    options: { ...options, readOnly: true },
    parse: () => {
      throw new TypeError("A read-only field takes no value.");
    },
    validators: [],
  }) as SerializerField<never, false> & { readonly options: { readonly source?: Source } };
}
