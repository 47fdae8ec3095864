import { type ErrorDetail, ValidationError } from "../../errors.ts";
import type { Form } from "../../http/index.ts";
import {
  failure,
  type FieldOptions,
  type FieldWith,
  messageOf,
  type SerializerField,
  type ValidationContext,
  type Validator,
} from "../field.ts";
import { formItems } from "../form-items.ts";
import { pythonTypeName } from "../python-names.ts";
import { childValue } from "./child-value.ts";

export interface ListFieldOptions<Child extends SerializerField> extends FieldOptions {
  readonly child: Child;
  readonly allowEmpty?: boolean;
  readonly maxLength?: number;
  readonly minLength?: number;
}

type Items<Child> = Child extends SerializerField<infer Input> ? readonly Input[] : never;

/** A list of values of one kind, as DRF's ListField; what is wrong is told an index. */
export function listField<Child extends SerializerField, const Options extends ListFieldOptions<Child>>(
  options: Options & { readonly child: Child },
): FieldWith<Options, Items<Child>> {
  const { child } = options;
  return Object.freeze({
    type: "list",
    options,
    child,
    bounds: lengths(options),
    fromForm: (form: Form, name: string) => formItems(form, name, child),
    parse: (value: unknown, context: ValidationContext) => parse(value, options, context),
    ...(child.represent && {
      represent: (items: unknown) =>
        (items as readonly unknown[]).map((item) => (item === null ? null : child.represent?.(item))),
    }),
    validators: [...(options.validators ?? []), ...lengthValidators(options)],
  }) as unknown as FieldWith<Options, Items<Child>>;
}

async function parse(
  value: unknown,
  options: ListFieldOptions<SerializerField>,
  context: ValidationContext,
): Promise<unknown[]> {
  if (!Array.isArray(value)) {
    const text = 'Expected a list of items but got type "{input_type}".';
    throw failure(options, "not_a_list", text, { input_type: pythonTypeName(value) });
  }
  if (value.length === 0 && options.allowEmpty === false) {
    throw failure(options, "empty", "This list may not be empty.");
  }
  const values: unknown[] = [];
  const errors: [string, ErrorDetail][] = [];
  for (const [index, item] of value.entries()) {
    try {
      values.push(await childValue(item, options.child, context));
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      errors.push([String(index), error.detail]);
    }
  }
  if (errors.length > 0) throw new ValidationError(Object.fromEntries(errors));
  return values;
}

function lengths({ maxLength, minLength }: ListFieldOptions<SerializerField>) {
  return { ...(minLength !== undefined && { minLength }), ...(maxLength !== undefined && { maxLength }) };
}

function lengthValidators(options: ListFieldOptions<SerializerField>): readonly Validator[] {
  const { maxLength, minLength } = options;
  const check = (
    limit: number | undefined,
    key: string,
    text: string,
    isBeyond: (length: number, to: number) => boolean,
  ) => {
    if (limit === undefined) return [];
    const message = messageOf(options, key, text, { [key]: limit });
    return [(value: unknown) => (isBeyond((value as readonly unknown[]).length, limit) ? message : undefined)];
  };
  return [
    ...check(maxLength, "max_length", "Ensure this field has no more than {max_length} elements.", (a, b) => a > b),
    ...check(minLength, "min_length", "Ensure this field has at least {min_length} elements.", (a, b) => a < b),
  ];
}
