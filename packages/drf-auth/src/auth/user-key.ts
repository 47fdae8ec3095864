import { type FieldMeta, kindOf } from "../models/index.ts";

/** Gives the key that a token or a session names, or undefined for what can be none. */
export type UserKeyReader = (id: unknown) => number | string | undefined;

/** As `str` of a UUID writes it in Python; digits of either case are the same (RFC 9562 §4). */
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Reads the keys of a user model as Django writes them into tokens and sessions, and in no other form: none is guessed. */
export function userKeyReader(key: FieldMeta): UserKeyReader {
  const { isText } = kindOf(key);
  // No database keeps a null character in text, and some refuse to look for it.
  if (isText) return (id) => (typeof id === "string" && !id.includes("\0") ? id : undefined);
  if (key.kind === "uuid") return (id) => (typeof id === "string" && UUID.test(id) ? id.toLowerCase() : undefined);
  return wholeNumber;
}

/** Tokens of today hold the id as text, older ones as a number. */
function wholeNumber(id: unknown): number | undefined {
  const key = typeof id === "string" && /^\d{1,15}$/.test(id) ? Number(id) : id;
  return typeof key === "number" && Number.isSafeInteger(key) ? key : undefined;
}
