import { wholeNumberDigits } from "../http/index.ts";

/** What Python calls the type of a parsed value: DRF's messages name it. */
export function pythonTypeName(value: unknown): string {
  if (value === null || value === undefined) return "NoneType";
  if (Array.isArray(value)) return "list";
  switch (typeof value) {
    case "string":
      return "str";
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return Number.isInteger(value) ? "int" : "float";
    default:
      return "dict";
  }
}

/** A number as Python's `str` writes it: exponents from 1e16 on and below 1e-4. */
export function pythonNumber(value: number | bigint): string {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  const isExponential = exponent >= 16 || exponent < -4;
  const text = isExponential ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const OUTER_SPACE = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");

/** Strips white space as Python's `str.strip` does. */
export function strip(text: string): string {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  if (first > 0x20 && first < 0x80 && last > 0x20 && last < 0x80) return text;
  return text.replace(OUTER_SPACE, "");
}

/** A parsed value as Python's `str` writes it: some messages repeat what was sent. */
export function pythonText(value: unknown): string {
  return typeof value === "string" ? value : pythonRepr(value);
}

function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number" || typeof value === "bigint") return pythonNumber(value);
  if (typeof value === "string") return quotedText(value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  const entries = Object.entries(value).map(([key, one]) => `${quotedText(key)}: ${pythonRepr(one)}`);
  return `{${entries.join(", ")}}`;
}

function quotedText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\\n\r\t]/g, (one) => ESCAPES[one] ?? one).replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text with digits of every script as 0 to 9: Python reads them all as numbers. */
export function asciiDigits(text: string): string {
  return NOT_ASCII.test(text) ? text.replace(/(?![0-9])\p{Nd}/gu, (digit) => wholeNumberDigits(digit) ?? digit) : text;
}

const NOT_ASCII = /[^\p{ASCII}]/u;
