import type { FieldDescription } from "../descriptions/index.ts";
import { type ErrorDetail, ValidationError } from "../errors.ts";
import { Form } from "../http/index.ts";
import { nullMessage, requiredMessage, type SerializerField, type ValidationContext } from "./field.ts";
import { pythonTypeName } from "./python-names.ts";
import { runValidators } from "./validators.ts";

/** A serializer's field with its name. */
export interface NamedField {
  readonly name: string;
  readonly field: SerializerField;
}

/** The last check of what is valid field by field; it may change the values. */
export type WholeValidator = (values: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

const absent = Symbol("absent");

/** The fields of a serializer, ready to validate: all that is wrong is told at once, a field. */
export class BoundSerializer {
  readonly fields: readonly NamedField[];
  readonly #writable: readonly NamedField[];
  readonly #validate: WholeValidator | undefined;

  constructor(fields: readonly NamedField[], validate?: WholeValidator) {
    this.fields = fields;
    this.#writable = fields.filter(({ field }) => !field.options.readOnly);
    this.#validate = validate;
  }

  /**
   * Gives the valid values by field name; unknown and read-only names are ignored.
   *
   * @throws {ValidationError} with the messages of every field that is wrong.
   */
  async validate(data: unknown, context: ValidationContext): Promise<Readonly<Record<string, unknown>>> {
    if (data === null || data === undefined) throw new ValidationError({ non_field_errors: ["No data provided"] });
    const isForm = data instanceof Form;
    if (!isForm && (typeof data !== "object" || Array.isArray(data))) {
      const type = pythonTypeName(data);
      throw new ValidationError({ non_field_errors: [`Invalid data. Expected a dictionary, but got ${type}.`] });
    }
    const values: [string, unknown][] = [];
    const errors: [string, ErrorDetail][] = [];
    for (const { name, field } of this.#writable) {
      const sent = isForm ? fromForm(data, name, field, context) : fromObject(data, name);
      try {
        const value = await validValue(sent, field, context);
        if (value !== absent) values.push([name, value]);
      } catch (error) {
        if (!(error instanceof ValidationError)) throw error;
        errors.push([name, error.detail]);
      }
    }
    if (errors.length > 0) throw new ValidationError(Object.fromEntries(errors));
    const valid = Object.fromEntries(values);
    return this.#validate ? this.#validate(valid) : valid;
  }

  describe(): readonly FieldDescription[] {
    return this.fields.filter(({ field }) => field.options).map(({ name, field }) => describe(name, field));
  }
}

function fromObject(data: object, name: string): unknown {
  return Object.hasOwn(data, name) ? (data as Readonly<Record<string, unknown>>)[name] : absent;
}

/** DRF's reading of a form (Field.get_value): what an empty or missing text means depends on the field. */
function fromForm(form: Form, name: string, field: SerializerField, context: ValidationContext): unknown {
  const { allowNull } = field.options;
  if (field.fromForm) return field.fromForm(form, name) ?? absent;
  if (!form.has(name)) {
    if (context.isPartial || field.type !== "boolean") return absent;
    return field.emptyInForm?.(field.options) ?? absent;
  }
  const value = form.get(name);
  if (value !== "") return value;
  if (allowNull || !isRequired(field)) return field.emptyInForm?.(field.options) ?? (allowNull ? null : absent);
  return value;
}

async function validValue(sent: unknown, field: SerializerField, context: ValidationContext): Promise<unknown> {
  if (sent === absent) {
    if (context.isPartial) return absent;
    if (Object.hasOwn(field.options, "default")) return field.options.default;
    if (isRequired(field)) throw new ValidationError(requiredMessage);
    return absent;
  }
  if (sent === null) {
    if (field.options.allowNull) return null;
    throw new ValidationError(nullMessage);
  }
  const parsed = field.parse(sent, context);
  const value = parsed instanceof Promise ? await parsed : parsed;
  return value === null ? null : runValidators(value, field.validators, context);
}

function isRequired({ options }: SerializerField): boolean {
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
