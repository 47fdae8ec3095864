/** A quoted phrase with what touches it, or anything without white space. */
const WORD = /[^\s'"]*(?:(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')[^\s'"]*)+|\S+/g;

/** Splits what is searched for at white space and commas, and keeps quoted phrases, as DRF's SearchFilter; each term once. */
export function searchTerms(text: string): readonly string[] {
  const terms = new Set<string>();
  for (const [word] of text.matchAll(WORD)) {
    const term = word.replace(/^,+|,+$/g, "");
    const quote = term.charAt(0);
    if ((quote === '"' || quote === "'") && term.endsWith(quote)) {
      terms.add(term.slice(1, -1).replaceAll(`\\${quote}`, quote).replaceAll("\\\\", "\\"));
    } else {
      for (const part of term.split(",")) if (part !== "") terms.add(part.trim());
    }
  }
  return [...terms];
}
