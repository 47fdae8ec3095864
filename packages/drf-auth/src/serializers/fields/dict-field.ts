import { type ErrorDetail, ValidationError } from "../../errors.ts";
import { Form } from "../../http/index.ts";
import { failure, type FieldOptions, type FieldWith, type SerializerField, type ValidationContext } from "../field.ts";
import { pythonTypeName } from "../python-names.ts";
import { childValue } from "./child-value.ts";

export interface DictFieldOptions<Child extends SerializerField = SerializerField> extends FieldOptions {
  /** What each value is. Default: anything. */
  readonly child?: Child;
  readonly allowEmpty?: boolean;
}

type Values<Child> = Child extends SerializerField<infer Input> ? Readonly<Record<string, Input>> : never;

/** An object of values of one kind, as DRF's DictField; what is wrong is told a key. */
export function dictField<Child extends SerializerField, const Options extends DictFieldOptions<Child>>(
  options: Options & { readonly child?: Child } = {} as Options,
): FieldWith<Options, Values<Child>> {
  const { child } = options;
  return Object.freeze({
    type: "field",
    options,
    ...(child && { child }),
    fromForm,
    parse: (value: unknown, context: ValidationContext) => parse(value, options, context),
    ...(child?.represent && {
      represent: (values: unknown) =>
        Object.fromEntries(
          Object.entries(values as object).map(([key, one]) => [key, one === null ? null : child.represent?.(one)]),
        ),
    }),
    validators: options.validators ?? [],
  }) as unknown as FieldWith<Options, Values<Child>>;
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
  options: DictFieldOptions,
  context: ValidationContext,
): Promise<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Form) {
    const text = 'Expected a dictionary of items but got type "{input_type}".';
    throw failure(options, "not_a_dict", text, { input_type: pythonTypeName(value) });
  }
  const entries = Object.entries(value);
  if (entries.length === 0 && options.allowEmpty === false) {
    throw failure(options, "empty", "This dictionary may not be empty.");
  }
  const { child } = options;
  if (!child) return Object.fromEntries(entries);
  const values: [string, unknown][] = [];
  const errors: [string, ErrorDetail][] = [];
  for (const [key, item] of entries) {
    try {
      values.push([key, await childValue(item, child, context)]);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      errors.push([key, error.detail]);
    }
  }
  // Object.fromEntries defines `__proto__` as a key like any other; assigning would not.
  if (errors.length > 0) throw new ValidationError(Object.fromEntries(errors));
  return Object.fromEntries(values);
}
