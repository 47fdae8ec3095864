import {
  failure,
  type FieldOptions,
  type FieldWith,
  messageOf,
  type SerializerField,
  type Validator,
} from "../field.ts";
import { pythonNumber, strip } from "../python-names.ts";
import { isEmail } from "./email-address.ts";
import { isUrl } from "./web-address.ts";

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

export interface RegexFieldOptions extends CharFieldOptions {
  /** What must be found in it; `^` and `$` tie it to the whole. */
  readonly pattern: RegExp;
}

export interface SlugFieldOptions extends CharFieldOptions {
  /** Whether letters of every script count. Default false. */
  readonly allowUnicode?: boolean;
}

/** Text, as DRF's CharField: numbers are taken as text, white space around it is cut off. */
export function charField<const Options extends CharFieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, string> {
  return textField("string", options);
}

/** An address, as DRF's EmailField. */
export function emailField<const Options extends CharFieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, string> {
  return textField("email", options, { text: "Enter a valid email address.", isValid: isEmail });
}

/** Text that a pattern is found in, as DRF's RegexField. */
export function regexField<const Options extends RegexFieldOptions>(options: Options): FieldWith<Options, string> {
  const pattern = stateless(options.pattern);
  const text = "This value does not match the required pattern.";
  return textField("regex", options, { text, isValid: (value) => pattern.test(value) });
}

/** Letters, numbers, underscores and hyphens, as DRF's SlugField. */
export function slugField<const Options extends SlugFieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, string> {
  const { allowUnicode = false } = options;
  const pattern = allowUnicode ? /^[-\p{L}\p{N}_]+$/u : /^[-a-zA-Z0-9_]+$/;
  const letters = allowUnicode ? "Unicode letters" : "letters";
  const text = `Enter a valid "slug" consisting of ${letters}, numbers, underscores${allowUnicode ? "," : ""} or hyphens.`;
  return textField("slug", options, { text, isValid: (value) => pattern.test(value) });
}

/** A web address, as DRF's URLField: http, https, ftp or ftps. */
export function urlField<const Options extends CharFieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, string> {
  return textField("url", options, { text: "Enter a valid URL.", isValid: isUrl });
}

/** A check of text; an allowed blank never reaches it. */
export function textCheck(options: FieldOptions, text: string, isValid: (value: string) => boolean): Validator {
  const message = messageOf(options, "invalid", text);
  return (value) => (isValid(value as string) ? undefined : message);
}

/** The pattern without flags that make it remember where it stopped. */
export function stateless(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
}

function textField<Options extends CharFieldOptions>(
  type: SerializerField["type"],
  options: Options,
  form?: { readonly text: string; readonly isValid: (value: string) => boolean },
): FieldWith<Options, string> {
  const { maxLength, minLength } = options;
  return Object.freeze({
    type,
    options,
    bounds: {
      ...(options.isMultiline && { isMultiline: true }),
      ...(minLength !== undefined && { minLength }),
      ...(maxLength !== undefined && { maxLength }),
    },
    parse: (value: unknown) => textOf(value, options, form?.text),
    validators: [
      ...(options.validators ?? []),
      ...(maxLength === undefined ? [] : [maxLengthValidator(maxLength, options)]),
      ...(minLength === undefined ? [] : [minLengthValidator(minLength, options)]),
      nullCharacterValidator,
      surrogateValidator,
      ...(form ? [textCheck(options, form.text, form.isValid)] : []),
    ].map(unlessBlank),
  });
}

/** The text of a value, as DRF's CharField takes it; `invalid` is what is said of what is no text. */
export function textOf(value: unknown, options: CharFieldOptions, invalid = "Not a valid string."): string {
  const isText = typeof value === "string";
  if (!isText && typeof value !== "number" && typeof value !== "bigint") {
    throw failure(options, "invalid", invalid);
  }
  const text = isText ? value : pythonNumber(value);
  const kept = options.trim === false ? text : strip(text);
  const isBlank = text === "" || (options.trim !== false && kept === "");
  if (isBlank && !options.allowBlank) throw failure(options, "blank", "This field may not be blank.");
  return kept;
}

/** DRF gives back an allowed blank before any validator sees it. */
export function unlessBlank(validator: Validator): Validator {
  return (value, context) => (value === "" ? undefined : validator(value, context));
}

const characters = (value: unknown, bound: number): number => {
  const text = value as string;
  // Most texts are short enough in code units already; only the others are counted in code points.
  return text.length <= bound ? text.length : [...text].length;
};

function maxLengthValidator(maxLength: number, options: FieldOptions): Validator {
  const text = "Ensure this field has no more than {max_length} characters.";
  const message = messageOf(options, "max_length", text, { max_length: maxLength });
  return (value) => (characters(value, maxLength) > maxLength ? message : undefined);
}

function minLengthValidator(minLength: number, options: FieldOptions): Validator {
  const text = "Ensure this field has at least {min_length} characters.";
  const message = messageOf(options, "min_length", text, { min_length: minLength });
  return (value) => ([...(value as string)].length < minLength ? message : undefined);
}

/** Refuses NUL, which no database keeps in text. */
export const nullCharacterValidator: Validator = (value) =>
  (value as string).includes("\0") ? "Null characters are not allowed." : undefined;

/** Refuses half a character, which UTF-8 cannot hold. */
export const surrogateValidator: Validator = (value) => {
  const text = value as string;
  if (text.isWellFormed()) return undefined;
  const lone = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.exec(text);
  const code = lone?.[0].charCodeAt(0).toString(16).toUpperCase() ?? "";
  return `Surrogate characters are not allowed: U+${code}.`;
};
