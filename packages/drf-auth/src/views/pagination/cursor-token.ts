import { NotFound } from "../../errors.ts";
import { parseWholeNumber } from "../../http/index.ts";

/** Where a page begins, as the token of a link says it. */
export interface CursorToken {
  /** Whether the page ends there instead, and its rows are those before. */
  readonly isReverse: boolean;
  /** How many rows to leave out: in tokens of DRF's, where positions are equal. */
  readonly offset: number;
  /** The value of the first field of the order; undefined at the very start or end. */
  readonly position: string | undefined;
  /** The values of the other fields of the order; absent in tokens of DRF's. */
  readonly rest: readonly (string | null)[] | undefined;
}

const maxCharacters = 4096;
/** As DRF's bound on it. */
const maxOffset = 1000;

export const invalidCursor = (): NotFound => new NotFound("Invalid cursor");

/** Writes a token as DRF does: a query string in Base64. Ours has `k` besides, so that equal positions are told apart. */
export function encodeCursor({ isReverse, position, rest }: Omit<CursorToken, "offset">): string {
  const parts = new URLSearchParams();
  if (isReverse) parts.set("r", "1");
  if (position !== undefined) parts.set("p", position);
  if (rest !== undefined) parts.set("k", JSON.stringify(rest));
  return Buffer.from(parts.toString()).toString("base64");
}

/**
 * Reads a token of ours or of DRF's.
 *
 * @throws {NotFound} "Invalid cursor", when it is neither.
 */
export function decodeCursor(text: string): CursorToken {
  if (text.length > maxCharacters || /\P{ASCII}/u.test(text)) throw invalidCursor();
  const decoded = bytesOf(text);
  // As Python: what is not Base64 is passed over, what is not ASCII after it is refused.
  if (decoded.some((byte) => byte > 127)) throw invalidCursor();
  const parts = new URLSearchParams(decoded.toString("latin1"));
  const offset = parseWholeNumber(parts.get("o") ?? "0");
  const reverse = parseWholeNumber(parts.get("r") ?? "0");
  if (offset === undefined || offset < 0 || reverse === undefined) throw invalidCursor();
  const rest = restOf(parts.get("k"));
  return {
    isReverse: reverse !== 0,
    offset: Math.min(offset, maxOffset),
    position: parts.get("p") ?? undefined,
    rest,
  };
}

function bytesOf(text: string): Buffer {
  const letters = text.replace(/[^A-Za-z0-9+/=]/g, "");
  const [data = "", padding] = letters.split(/(=.*)$/);
  const isWhole = data.length % 4 === 0 || (data.length % 4 !== 1 && (padding ?? "").length >= 4 - (data.length % 4));
  if (!isWhole) throw invalidCursor();
  return Buffer.from(data, "base64");
}

function restOf(text: string | null): readonly (string | null)[] | undefined {
  if (text === null) return undefined;
  try {
    const rest: unknown = JSON.parse(text);
    if (Array.isArray(rest) && rest.every((one) => one === null || typeof one === "string")) return rest as string[];
  } catch {
    // Answered below, like any other text that is no list.
  }
  throw invalidCursor();
}
