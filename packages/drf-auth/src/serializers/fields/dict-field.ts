import { type ErrorDetail, ValidationError } from "../../errors.ts";
import { Form } from "../../http/index.ts";
import { type FieldOptions, nullMessage, type SerializerField, type ValidationContext } from "../field.ts";
import { pythonTypeName } from "../python-names.ts";
import { runValidators } from "../validators.ts";

export interface DictFieldOptions<Child extends SerializerField> extends FieldOptions {
  readonly child: Child;
  readonly allowEmpty?: boolean;
}

type Values<Child> = Child extends SerializerField<infer Input> ? Readonly<Record<string, Input>> : never;

/** An object of values of one kind, as DRF's DictField; what is wrong is told a key. */
export function dictField<Child extends SerializerField>(
  options: DictFieldOptions<Child>,
): SerializerField<Values<Child>, true> {
  return Object.freeze({
    type: "field",
    options,
    child: options.child,
    fromForm,
    parse: (value, context) => parse(value, options, context),
    validators: options.validators ?? [],
  } satisfies SerializerField<Values<Child>>);
}

/** A form writes a dictionary as `name.key=value`. */
function fromForm(form: Form, name: string): Readonly<Record<string, unknown>> | undefined {
  const prefix = `${name}.`;
  const names = form.names().filter((one) => one.startsWith(prefix) && one.length > prefix.length);
  if (names.length === 0 && !form.has(name)) return undefined;
  return Object.fromEntries(names.map((one) => [one.slice(prefix.length), form.get(one)]));
}

async function parse(
  value: unknown,
  options: DictFieldOptions<SerializerField>,
  context: ValidationContext,
): Promise<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Form) {
    throw new ValidationError(`Expected a dictionary of items but got type "${pythonTypeName(value)}".`);
  }
  const entries = Object.entries(value);
  if (entries.length === 0 && options.allowEmpty === false) {
    throw new ValidationError("This dictionary may not be empty.");
  }
  const values: [string, unknown][] = [];
  const errors: [string, ErrorDetail][] = [];
  for (const [key, item] of entries) {
    try {
      values.push([key, await childValue(item, options.child, context)]);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      errors.push([key, error.detail]);
    }
  }
  // Object.fromEntries defines `__proto__` as a key like any other; assigning would not.
  if (errors.length > 0) throw new ValidationError(Object.fromEntries(errors));
  return Object.fromEntries(values);
}

async function childValue(item: unknown, child: SerializerField, context: ValidationContext): Promise<unknown> {
  if (item === null) {
    if (child.options.allowNull) return null;
    throw new ValidationError(nullMessage);
  }
  return runValidators(await child.parse(item, context), child.validators, context);
}
