const PLAIN = /^[\w./~-]*$/;

/** Writes a path as Django writes the addresses that it gives out: what needs no escape has none, the rest has. */
export function canonicalPath(path: string): string {
  if (PLAIN.test(path)) return path;
  try {
    return encodeURI(decodeURIComponent(path)).replace(/[;=?#]/g, encodeURIComponent);
  } catch {
    // Escapes that are no UTF-8: left as they came.
    return path;
  }
}
