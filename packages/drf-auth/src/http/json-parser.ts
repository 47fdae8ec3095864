import { ParseError } from "../errors.ts";
import { decodeText } from "./charset.ts";
import type { BodyParser } from "./parser.ts";

const maxDepth = 100;
/** As Python's limit on the digits of an integer. */
const maxIntegerDigits = 4300;
const LONG_INTEGER = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/;
const SIXTEEN_DIGITS = /\d{16}/;
const OPENING = /[[{]/g;

/**
 * Reads JSON (RFC 8259): integers beyond 2^53 become bigint, `__proto__` is a key like any other, and what is nested
 * deeper than 100 is refused.
 */
export const jsonParser: BodyParser = Object.freeze({
  mediaType: "application/json",
  parse(body, mediaType) {
    return parseJson(decodeText(body, mediaType, "JSON"));
  },
} satisfies BodyParser);

/** Parses JSON text exactly; a mistake in it is a ParseError that says where. */
export function parseJson(text: string): unknown {
  if (isDeep(text)) throw new ParseError(`JSON parse error - nested deeper than ${maxDepth} levels`);
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof ParseError) throw error;
    throw new ParseError(`JSON parse error - ${(error as Error).message}`, { cause: error });
  }
}

/** Reads JSON text that is trusted to be well-formed, as deep as it is; integers beyond 2^53 become bigint. */
export function readJson(text: string): unknown {
  // The exact pattern looks around each digit: it is tried only where there are as many in a row.
  return SIXTEEN_DIGITS.test(text) && LONG_INTEGER.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text);
}

function exactIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  if (!/^-?\d+$/.test(source)) return value;
  const digits = source.startsWith("-") ? source.length - 1 : source.length;
  if (digits > maxIntegerDigits) throw new ParseError(`JSON parse error - an integer of ${digits} digits`);
  return BigInt(source);
}

/** Counts brackets outside strings, and only where there are enough of them to matter. */
function isDeep(text: string): boolean {
  const brackets = text.match(OPENING);
  if (!brackets || brackets.length <= maxDepth) return false;
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isString = false;
    } else if (code === QUOTE) isString = true;
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth -= 1;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
