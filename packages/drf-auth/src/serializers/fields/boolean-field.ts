import { failure, type FieldOptions, type FieldWith } from "../field.ts";

const TRUE = new Set<unknown>(["t", "y", "yes", "true", "on", "1", true, 1, 1n]);
const FALSE = new Set<unknown>(["f", "n", "no", "false", "off", "0", false, 0, 0n]);
const NULL = new Set<unknown>(["null", ""]);

/** True or false, as DRF's BooleanField: the words t, y, yes, true, on, 1 and their opposites count, in any case. */
export function booleanField<const Options extends FieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, boolean> {
  return Object.freeze({
    type: "boolean",
    options,
    parse: (value: unknown) => {
      const word = typeof value === "string" ? value.toLowerCase() : value;
      if (TRUE.has(word)) return true;
      if (FALSE.has(word)) return false;
      if (options.allowNull && NULL.has(word)) return null;
      throw failure(options, "invalid", "Must be a valid boolean.");
    },
    validators: options.validators ?? [],
  });
}
