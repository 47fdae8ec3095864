/** A part of a file: the first and the last byte. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

// More digits would be rounded.
const single = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i;

/**
 * Reads Range (RFC 9110 §14.1.2): one part of a file of so many bytes, or "unsatisfiable". Undefined where the whole
 * file is the answer: several parts, other units, and what is no range at all.
 */
export function readRange(header: string, size: number): ByteRange | "unsatisfiable" | undefined {
  const [match, from = "", to = ""] = single.exec(header) ?? [];
  if (match === undefined || (from === "" && to === "")) return undefined;
  if (from === "") {
    const length = Number(to);
    return length === 0 || size === 0 ? "unsatisfiable" : { first: Math.max(size - length, 0), last: size - 1 };
  }
  const first = Number(from);
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== "" && Number(to) < first) return undefined;
  return first >= size ? "unsatisfiable" : { first, last };
}
