import { type FieldOptions, messageOf, type Validator } from "../field.ts";

/** The checks of a least and a greatest value; `compare` is below 0 where the value is the smaller. */
export function boundValidators<Limit>(
  options: FieldOptions & { readonly maxValue?: Limit; readonly minValue?: Limit },
  compare: (value: unknown, limit: Limit) => number,
): readonly Validator[] {
  const { maxValue, minValue } = options;
  const validators: Validator[] = [];
  if (maxValue !== undefined) {
    const text = "Ensure this value is less than or equal to {max_value}.";
    const message = messageOf(options, "max_value", text, { max_value: maxValue });
    validators.push((value) => (compare(value, maxValue) > 0 ? message : undefined));
  }
  if (minValue !== undefined) {
    const text = "Ensure this value is greater than or equal to {min_value}.";
    const message = messageOf(options, "min_value", text, { min_value: minValue });
    validators.push((value) => (compare(value, minValue) < 0 ? message : undefined));
  }
  return validators;
}

/** Compares numbers, whole ones beyond 2^53 among them. */
export function compareNumbers(value: unknown, limit: bigint | number): number {
  const number = value as bigint | number;
  return number < limit ? -1 : Number(number > limit);
}
