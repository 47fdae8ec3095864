const longestHeader = 4096;
const tags = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/** Tells whether If-None-Match holds a tag, weakly compared (RFC 9110 §13.1.2): `*`, one tag or a list. */
export function holdsTag(header: string, tag: string): boolean {
  // What a client sends is nearly always the one tag that it got.
  if (header === tag || header.trim() === "*") return true;
  for (const [, found] of header.slice(0, longestHeader).matchAll(tags)) if (found === tag) return true;
  return false;
}
