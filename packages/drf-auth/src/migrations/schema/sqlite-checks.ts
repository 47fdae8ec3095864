/** A check as the text that made a table has it; nothing else of SQLite says it. */
export interface SqliteCheck {
  /** Undefined where it has none. */
  readonly name: string | undefined;
  readonly sql: string;
}

const constraintName = /constraint\s+(?:"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|(\w+))\s*$/i;

/** Finds what stands behind each CHECK, outside of texts and quoted names. */
export function checksOf(sql: string): readonly SqliteCheck[] {
  return [...withoutTexts(sql).matchAll(/\bcheck\s*(?=\()/gi)].map(({ index, 0: word }) => {
    const [, quoted, ...others] = constraintName.exec(sql.slice(0, index)) ?? [];
    const from = index + word.length;
    return {
      name: quoted?.replaceAll('""', '"') ?? others.find((name) => name !== undefined),
      sql: sql.slice(from + 1, from + lengthInBrackets(withoutTexts(sql.slice(from)))).trim(),
    };
  });
}

/** As long as it was, with nothing in quotes or comments that could be taken for SQL. */
export function withoutTexts(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\//g, (text) =>
    "_".repeat(text.length),
  );
}

function lengthInBrackets(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    if (text[at] === ")") depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}
