import { failure, type FieldOptions, type FieldWith } from "../field.ts";
import { pythonText } from "../python-names.ts";

const largest = 2n ** 128n;

/** A UUID, as DRF's UUIDField: with or without hyphens, in braces, as `urn:uuid:…` or as a whole number. */
export function uuidField<const Options extends FieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, string> {
  return Object.freeze({
    type: "string",
    options,
    parse: (value: unknown) => {
      const digits = digitsOf(value);
      if (digits !== undefined) return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
      throw failure(options, "invalid", "Must be a valid UUID.", { value: pythonText(value) });
    },
    validators: options.validators ?? [],
  });
}

function digitsOf(value: unknown): string | undefined {
  if (typeof value === "string") {
    const digits = value
      .replaceAll("urn:", "")
      .replaceAll("uuid:", "")
      .replace(/^[{}]+|[{}]+$/g, "")
      .replaceAll("-", "");
    return /^[0-9a-f]{32}$/i.test(digits) ? digits.toLowerCase() : undefined;
  }
  const isWhole = typeof value === "bigint" || typeof value === "boolean" || Number.isSafeInteger(value);
  if (!isWhole) return undefined;
  const number = BigInt(value as bigint | boolean | number);
  return number >= 0n && number < largest ? number.toString(16).padStart(32, "0") : undefined;
}
