import type { FormFieldDescription } from "../../descriptions/index.ts";
import { attributes, type Html, html } from "./html.ts";

interface InputKind {
  readonly type: string;
  readonly step?: number | "any";
  readonly inputmode?: string;
  /** A browser shows nothing of a value that is not of the kind; such a value is kept in an input of plain text. */
  fits(value: string): boolean;
}

const longestLine = 255;
const lineBreak = /[\r\n]/;
const isTicked = /^(?:t|y|yes|true|on|1)$/i;
const isNumber = (value: string) => /^-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(value);
const decimal: InputKind = { type: "number", step: "any", inputmode: "decimal", fits: isNumber };
const kinds: ReadonlyMap<string, InputKind> = new Map([
  ["integer", { type: "number", step: 1, inputmode: "numeric", fits: (value) => /^-?\d+$/.test(value) }],
  ["float", decimal],
  ["decimal", decimal],
  ["email", { type: "email", fits: (value) => value === value.trim() }],
  ["url", { type: "url", fits: (value) => value === value.trim() }],
  ["date", { type: "date", fits: (value) => /^\d{4}-\d\d-\d\d$/.test(value) && isDateTime(`${value}T00:00`) }],
  ["datetime", { type: "datetime-local", step: "any", fits: isDateTime }],
]);

/** Makes the input of a field, filled in with what was sent for it; `id` ties its label, help and errors to it. */
export function renderFormControl(field: FormFieldDescription, id: string, describedBy: string | undefined): Html {
  const { name, value } = field;
  const shared = {
    id,
    name,
    "aria-describedby": describedBy,
    "aria-invalid": field.errors.length > 0 ? "true" : undefined,
  };
  if (field.type === "boolean") {
    // Not required: that would ask for true, while an empty box says false.
    return html`<input ${attributes({ type: "checkbox", ...shared, value: "true", checked: isTicked.test(value) })} />`;
  }
  if (isUpload(field.type)) {
    const accept = field.type.startsWith("image") ? "image/*" : undefined;
    return html`<input ${attributes({ type: "file", ...shared, required: field.isRequired, accept })} />`;
  }
  const text = { ...shared, required: field.isRequired, maxlength: field.maxLength };
  if (isPassword(name)) {
    return html`<input ${attributes({ type: "password", ...text, autocomplete: "off" })} />`;
  }
  if (isLong(field) || lineBreak.test(value)) {
    // A parser drops the first line feed.
    return html`<textarea ${attributes(text)}>${`\n${value}`}</textarea>`;
  }
  const kind = kinds.get(field.type);
  if (!kind) return html`<input ${attributes({ type: "text", ...text, value })} />`;
  const { type, step, inputmode } = kind;
  if (value !== "" && !kind.fits(value))
    return html`<input ${attributes({ type: "text", ...text, inputmode, value })} />`;
  const bounds = type === "number" ? { min: boundOf(field.minValue), max: boundOf(field.maxValue) } : {};
  return html`<input ${attributes({ type, ...text, step, ...bounds, value })} />`;
}

/** Tells what only a multipart form can send. */
export function isUpload(type: string): boolean {
  return type === "file upload" || type === "image upload";
}

function boundOf(bound: FormFieldDescription["minValue"]): number | string | undefined {
  return typeof bound === "bigint" ? String(bound) : bound;
}

/** The description of a field does not tell a secret; what was typed as a password is never shown again. */
function isPassword(name: string): boolean {
  return /(?:^|_)password\d?$/i.test(name);
}

function isLong({ type, isMultiline, maxLength = 0 }: FormFieldDescription): boolean {
  return type === "string" && (isMultiline === true || maxLength > longestLine);
}

function isDateTime(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?$/.test(value)) return false;
  const time = new Date(`${value}Z`);
  // A day that a month does not have becomes one of the next.
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(value.slice(0, 16)) && value >= "0001";
}
