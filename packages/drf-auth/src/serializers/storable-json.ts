import type { Dialect } from "../database/index.ts";
import type { Validator } from "./field.ts";

/** Refuses JSON that a column would not give back as it came: a number beyond all, or text that PostgreSQL has no room for. */
export const storableJson: Readonly<Record<Dialect, Validator>> = Object.freeze({
  postgresql: (value: unknown) => faultIn(value, (text) => text.includes("\0") || !text.isWellFormed()),
  sqlite: (value: unknown) => faultIn(value, () => false),
});

function faultIn(value: unknown, isUnstorable: (text: string) => boolean): string | undefined {
  if (typeof value === "string") return isUnstorable(value) ? "Value must be valid JSON." : undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "Value must be valid JSON.";
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, one] of Object.entries(value)) {
    const fault = faultIn(key, isUnstorable) ?? faultIn(one, isUnstorable);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
