import { ValidationError } from "../../errors.ts";
import type { FieldOptions, SerializerField, Validator } from "../field.ts";
import { pythonNumber, strip } from "../python-names.ts";

export interface CharFieldOptions extends FieldOptions {
  readonly allowBlank?: boolean;
  /** Whether a form gives it several lines. Default false. */
  readonly isMultiline?: boolean;
  /** In characters (code points). */
  readonly maxLength?: number;
  readonly minLength?: number;
  /** Whether white space around it is cut off. Default true. */
  readonly trim?: boolean;
}

/** Text, as DRF's CharField: numbers are taken as text, white space around it is cut off. */
export function charField<const Options extends CharFieldOptions>(
  options: Options = {} as Options,
): SerializerField<string, Options["required"] extends false ? false : true> {
  return textField(options, []);
}

/** An address, as DRF's EmailField. */
export function emailField<const Options extends CharFieldOptions>(
  options: Options = {} as Options,
): SerializerField<string, Options["required"] extends false ? false : true> {
  return { ...textField(options, [emailValidator]), type: "email" };
}

function textField<IsRequired extends boolean>(
  options: CharFieldOptions,
  own: readonly Validator[],
): SerializerField<string, IsRequired> {
  const { maxLength, minLength } = options;
  return Object.freeze({
    type: "string",
    options,
    bounds: {
      ...(options.isMultiline && { isMultiline: true }),
      ...(minLength !== undefined && { minLength }),
      ...(maxLength !== undefined && { maxLength }),
    },
    emptyInForm: (given: FieldOptions) =>
      (given as CharFieldOptions).allowBlank ? "" : given.allowNull ? null : undefined,
    parse: (value) => parse(value, options),
    validators: [
      ...own,
      ...(options.validators ?? []),
      ...(maxLength === undefined ? [] : [maxLengthValidator(maxLength)]),
      ...(minLength === undefined ? [] : [minLengthValidator(minLength)]),
      nullCharacterValidator,
      surrogateValidator,
    ].map(unlessBlank),
  } satisfies SerializerField<string>) as SerializerField<string, IsRequired>;
}

function parse(value: unknown, options: CharFieldOptions): string {
  const isText = typeof value === "string";
  if (!isText && typeof value !== "number" && typeof value !== "bigint") {
    throw new ValidationError("Not a valid string.");
  }
  const text = isText ? value : pythonNumber(value);
  const kept = options.trim === false ? text : strip(text);
  if (kept === "" && !options.allowBlank) throw new ValidationError("This field may not be blank.");
  return kept;
}

/** DRF gives back an allowed blank before any validator sees it. */
function unlessBlank(validator: Validator): Validator {
  return (value, context) => (value === "" ? undefined : validator(value, context));
}

const characters = (value: unknown, bound: number): number => {
  const text = value as string;
  // Most texts are short enough in code units already; only the others are counted in code points.
  return text.length <= bound ? text.length : [...text].length;
};

function maxLengthValidator(maxLength: number): Validator {
  const message = `Ensure this field has no more than ${maxLength} characters.`;
  return (value) => (characters(value, maxLength) > maxLength ? message : undefined);
}

function minLengthValidator(minLength: number): Validator {
  const message = `Ensure this field has at least ${minLength} characters.`;
  return (value) => ([...(value as string)].length < minLength ? message : undefined);
}

const nullCharacterValidator: Validator = (value) =>
  (value as string).includes("\0") ? "Null characters are not allowed." : undefined;

const surrogateValidator: Validator = (value) => {
  const text = value as string;
  if (text.isWellFormed()) return undefined;
  const lone = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.exec(text);
  const code = lone?.[0].charCodeAt(0).toString(16).toUpperCase() ?? "";
  return `Surrogate characters are not allowed: U+${code}.`;
};

const LOCAL = /^[-!#$%&'*+/=?^_`{}|~0-9A-Z]+(\.[-!#$%&'*+/=?^_`{}|~0-9A-Z]+)*$/i;
const DOMAIN = /^(?:[A-Z0-9](?:[A-Z0-9-]{0,61}[A-Z0-9])?\.)+(?:[A-Z0-9-]{2,63}(?<!-))$/i;
const maxEmailCharacters = 320;

const emailValidator: Validator = (value) => {
  const text = value as string;
  const at = text.lastIndexOf("@");
  const domain = text.slice(at + 1);
  const isValid =
    text.length <= maxEmailCharacters &&
    at > 0 &&
    LOCAL.test(text.slice(0, at)) &&
    (domain === "localhost" || DOMAIN.test(domain));
  return isValid ? undefined : "Enter a valid email address.";
};
