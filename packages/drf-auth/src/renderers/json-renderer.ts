import { parseWholeNumber } from "../http/index.ts";
import type { DataRenderer } from "./renderer.ts";

const maxIndent = 8;
const LINE_SEPARATORS = /[\u2028\u2029]/g;

/** Renders JSON as DRF does: compact, or indented where `application/json; indent=2` asks for it. */
export const jsonRenderer: DataRenderer = Object.freeze({
  mediaType: "application/json",
  format: "json",
  contentType: "application/json",
  render(data, parameters) {
    const text = stringify(data, parameters.size === 0 ? 0 : indentOf(parameters));
    // Both end a line in JavaScript before ES2019: DRF escapes them, so that JSON may stand in a script.
    if (!text.includes("\u2028") && !text.includes("\u2029")) return text;
    return text.replace(LINE_SEPARATORS, (character) => (character === "\u2028" ? "\\u2028" : "\\u2029"));
  },
} satisfies DataRenderer);

function indentOf(parameters: ReadonlyMap<string, string>): number {
  const indent = parseWholeNumber(parameters.get("indent") ?? "") ?? 0;
  return Math.max(Math.min(indent, maxIndent), 0);
}

function stringify(data: unknown, indent: number): string {
  try {
    return JSON.stringify(data ?? null, undefined, indent);
  } catch (error) {
    if (!(error instanceof TypeError && /BigInt/.test(error.message))) throw error;
    return JSON.stringify(data, exactIntegers, indent);
  }
}

function exactIntegers(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? rawJSON(String(value)) : value;
}

/** Node has it since 21; TypeScript's library does not name it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
