import type { FieldDescription } from "../descriptions/index.ts";
import { type ErrorDetail, ValidationError } from "../errors.ts";
import { Form } from "../http/index.ts";
import { failure, nullMessage, requiredMessage, type SerializerField, type ValidationContext } from "./field.ts";
import { defaultValue } from "./fields/hidden-field.ts";
import { pythonTypeName } from "./python-names.ts";
import { runValidators } from "./validators.ts";

/** A serializer's field with its name. */
export interface NamedField {
  readonly name: string;
  readonly field: SerializerField;
}

type Values = Readonly<Record<string, unknown>>;

/** The last check of what is valid field by field; it may change the values. */
export type WholeValidator = (values: Values, context: ValidationContext) => Promise<Values> | Values;

/** A check of one valid value, which it gives back or changes. */
export type FieldValidator = (value: never, context: ValidationContext) => unknown;

export interface BoundSerializerOptions {
  readonly validate?: WholeValidator | undefined;
  /** By field name, as DRF's `validate_<name>`. */
  readonly validateFields?: Readonly<Record<string, FieldValidator>> | undefined;
  /** Checks of the whole that say what is wrong, before `validate`. */
  readonly validators?: readonly ((values: Values, context: ValidationContext) => Promise<ErrorDetail | undefined>)[];
}

const absent = Symbol("absent");

/** The fields of a serializer, ready to validate: all that is wrong is told at once, a field. */
export class BoundSerializer {
  readonly fields: readonly NamedField[];
  readonly #writable: readonly (NamedField & { readonly target: readonly string[] })[];
  readonly #options: BoundSerializerOptions;

  constructor(fields: readonly NamedField[], options: BoundSerializerOptions = {}) {
    this.fields = fields;
    this.#writable = fields
      .filter(({ field: { options: own } }) => !own.readOnly || Object.hasOwn(own, "default"))
      .map((named) => ({ ...named, target: targetOf(named) }));
    this.#options = options;
  }

  /**
   * Gives the valid values by field name, or where their source says; unknown and read-only names are ignored.
   *
   * @throws {ValidationError} with the messages of every field that is wrong.
   */
  async validate(data: unknown, context: ValidationContext): Promise<Values> {
    if (data === null || data === undefined) throw new ValidationError({ non_field_errors: ["No data provided"] });
    const isForm = data instanceof Form;
    if (!isForm && (typeof data !== "object" || Array.isArray(data))) {
      const type = pythonTypeName(data);
      throw new ValidationError({ non_field_errors: [`Invalid data. Expected a dictionary, but got ${type}.`] });
    }
    const values: [readonly string[], unknown][] = [];
    const errors: [string, ErrorDetail][] = [];
    for (const { name, field, target } of this.#writable) {
      const isSent = !field.options.readOnly && !field.isHidden;
      const sent = isSent ? (isForm ? fromForm(data, name, field, context) : fromObject(data, name)) : absent;
      try {
        const value = await validValue(sent, field, context);
        if (value === absent) continue;
        const check = this.#options.validateFields?.[name];
        values.push([target, check ? await check(value as never, context) : value]);
      } catch (error) {
        if (!(error instanceof ValidationError)) throw error;
        errors.push([name, error.detail]);
      }
    }
    if (errors.length > 0) throw new ValidationError(Object.fromEntries(errors));
    return this.#checkedWhole(assembled(values), context);
  }

  describe(): readonly FieldDescription[] {
    return this.fields.filter(({ field }) => !field.isHidden).map(({ name, field }) => describe(name, field));
  }

  async #checkedWhole(values: Values, context: ValidationContext): Promise<Values> {
    const { validate, validators = [] } = this.#options;
    for (const validator of validators) {
      const error = await validator(values, context);
      if (error !== undefined) throw new ValidationError(wholeDetail(error));
    }
    if (!validate) return values;
    try {
      return await validate(values, context);
    } catch (error) {
      if (error instanceof ValidationError) throw new ValidationError(wholeDetail(error.detail), { cause: error });
      throw error;
    }
  }
}

/** What is wrong with the whole stands under `non_field_errors`, unless it names fields itself. */
function wholeDetail(detail: ErrorDetail): ErrorDetail {
  if (typeof detail === "string") return { non_field_errors: [detail] };
  return Array.isArray(detail) ? { non_field_errors: detail } : detail;
}

function targetOf({ name, field }: NamedField): readonly string[] {
  const source = field.options.source ?? name;
  return source === "*" ? [] : source.split(".");
}

/** Puts values at their places, as DRF's set_value: under a name, in an object of a name, or at the top. */
function assembled(values: readonly (readonly [readonly string[], unknown])[]): Values {
  // Object.fromEntries defines `__proto__` as a key like any other; assigning would not.
  if (values.every(([target]) => target.length === 1)) {
    return Object.fromEntries(values.map(([[name = ""], value]) => [name, value]));
  }
  const top = new Map<string, unknown>();
  const inner = new Map<string, [readonly string[], unknown][]>();
  for (const [[name, ...rest], value] of values) {
    if (name === undefined) for (const [key, one] of Object.entries(value as object)) top.set(key, one);
    else if (rest.length === 0) top.set(name, value);
    else inner.set(name, [...(inner.get(name) ?? []), [rest, value]]);
  }
  for (const [name, some] of inner) top.set(name, { ...(top.get(name) as object | undefined), ...assembled(some) });
  return Object.fromEntries(top);
}

function fromObject(data: object, name: string): unknown {
  return Object.hasOwn(data, name) ? (data as Values)[name] : absent;
}

/** DRF's reading of a form (Field.get_value): what an empty or missing text means depends on the field. */
function fromForm(form: Form, name: string, field: SerializerField, context: ValidationContext): unknown {
  const { allowNull } = field.options;
  if (field.fromForm) return field.fromForm(form, name, context.isPartial) ?? absent;
  // A check box that is not ticked is not sent.
  if (!form.has(name)) {
    if (context.isPartial || field.type !== "boolean") return absent;
    return allowNull ? null : false;
  }
  const value = form.get(name);
  if (value !== "" || (!allowNull && isRequired(field)) || mayBeBlank(field)) return value;
  return allowNull ? null : absent;
}

function mayBeBlank({ options }: SerializerField): boolean {
  return "allowBlank" in options && options.allowBlank === true;
}

async function validValue(given: unknown, field: SerializerField, context: ValidationContext): Promise<unknown> {
  const { options } = field;
  const sent = given === "" && field.isEmptyNull ? null : given;
  if (sent === absent) {
    if (context.isPartial) return absent;
    if (Object.hasOwn(options, "default")) return defaultValue(options.default, context);
    if (isRequired(field)) throw failure(options, "required", requiredMessage);
    return absent;
  }
  if (sent === null) {
    if (options.allowNull) return null;
    throw failure(options, "null", nullMessage);
  }
  const parsed = field.parse(sent, context);
  const value = parsed instanceof Promise ? await parsed : parsed;
  return value === null ? null : runValidators(value, field.validators, context);
}

/** Tells whether a field must be sent. */
export function isRequired({ options }: SerializerField): boolean {
  return options.required ?? (!Object.hasOwn(options, "default") && !options.readOnly);
}

function describe(name: string, field: SerializerField): FieldDescription {
  const { label, helpText, readOnly } = field.options;
  const words = name.replaceAll("_", " ");
  return {
    name,
    type: field.type,
    isRequired: isRequired(field),
    isReadOnly: readOnly === true,
    label: label ?? words.charAt(0).toUpperCase() + words.slice(1),
    ...(helpText !== undefined && { helpText }),
    ...field.bounds,
    ...(field.child && { child: describe("", field.child) }),
  };
}
