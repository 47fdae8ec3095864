/** Reads a whole number as Python's `int()` reads text: spaces around it, a sign and single underscores are allowed. */
export function parseWholeNumber(text: string): number | undefined {
  const digits = text.trim();
  if (!/^[+-]?\d+(_\d+)*$/.test(digits)) return undefined;
  return Number(digits.replaceAll("_", ""));
}
