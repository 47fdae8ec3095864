import { failure, type FieldOptions, type FieldWith } from "../field.ts";
import { dayText, parseDay } from "../python-time.ts";

/** A day, as DRF's DateField: `YYYY-MM-DD`. */
export function dateField<const Options extends FieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, string> {
  return Object.freeze({
    type: "date",
    options,
    parse: (value: unknown) => {
      const day = typeof value === "string" ? parseDay(value) : undefined;
      if (day) return dayText(day);
      const text = "Date has wrong format. Use one of these formats instead: {format}.";
      throw failure(options, "invalid", text, { format: "YYYY-MM-DD" });
    },
    validators: options.validators ?? [],
  });
}
