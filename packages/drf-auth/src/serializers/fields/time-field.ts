import { failure, type FieldOptions, type FieldWith } from "../field.ts";
import { clockText, parseClock } from "../python-time.ts";

/** A time of day, as DRF's TimeField: `hh:mm:ss[.ffffff]`. */
export function timeField<const Options extends FieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, string> {
  return Object.freeze({
    type: "time",
    options,
    parse: (value: unknown) => {
      const clock = typeof value === "string" ? parseClock(value) : undefined;
      if (clock) return clockText(clock);
      const text = "Time has wrong format. Use one of these formats instead: {format}.";
      throw failure(options, "invalid", text, { format: "hh:mm[:ss[.uuuuuu]]" });
    },
    validators: options.validators ?? [],
  });
}
