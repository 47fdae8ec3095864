import { type ErrorDetail, ValidationError } from "../errors.ts";
import type { ValidationContext, Validator } from "./field.ts";

/** Runs every validator and raises all that is wrong at once; gives the value back. */
export function runValidators(
  value: unknown,
  validators: readonly Validator[],
  context: ValidationContext,
): unknown | Promise<unknown> {
  const errors: ErrorDetail[] = [];
  for (let index = 0; index < validators.length; index += 1) {
    const error = validators[index]?.(value, context);
    if (error instanceof Promise) return runRest(value, error, validators.slice(index + 1), errors, context);
    if (error !== undefined) errors.push(error);
  }
  if (errors.length > 0) throw new ValidationError(errors);
  return value;
}

async function runRest(
  value: unknown,
  pending: Promise<ErrorDetail | undefined>,
  rest: readonly Validator[],
  errors: ErrorDetail[],
  context: ValidationContext,
): Promise<unknown> {
  const results = [await pending];
  for (const validator of rest) results.push(await validator(value, context));
  for (const error of results) if (error !== undefined) errors.push(error);
  if (errors.length > 0) throw new ValidationError(errors);
  return value;
}
