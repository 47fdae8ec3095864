/** An address in a stylesheet. */
export interface CssReference {
  readonly kind: "import" | "url";
  /** As it is meant, without escapes. */
  readonly address: string;
  /** Where it stands, with its quotes. */
  readonly start: number;
  readonly end: number;
}

/** What of a stylesheet names other files. */
export interface CssReferences {
  readonly references: readonly CssReference[];
  /** The comment that names its source map. */
  readonly sourceMap: CssReference | undefined;
}

const word = /[-\w\u0080-\uffff]+/y;
const space = /(?:\s|\/\*[^]*?\*\/)*/y;
const blank = /\s*/y;
const comment = /\/\*([^]*?)(?:\*\/|$)/y;
const text = /"((?:[^"\\\n]|\\[^])*)"|'((?:[^'\\\n]|\\[^])*)'/y;
const bare = /(?:[^\s()"'\\]|\\[^\n])*/y;
const escaped = /\\(?:([0-9a-f]{1,6})(?:\r\n|\s)?|\r\n|([^]))/gi;
const mapComment = /^[#@]\s*sourceMappingURL=(\S+)\s*$/;

/**
 * Finds the addresses of `url()` and `@import` in a stylesheet by the tokens of CSS Syntax Level 3 §4: what only looks
 * like one, in a comment, a string or a longer name, is none.
 */
export function findCssReferences(css: string): CssReferences {
  const references: CssReference[] = [];
  let sourceMap: CssReference | undefined;
  let at = 0;
  let isImport = false;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(css);
    if (match) at = pattern.lastIndex;
    return match;
  };
  const takeText = (kind: CssReference["kind"]): boolean => {
    const start = at;
    const match = take(text);
    if (match) references.push({ kind, address: unescape(match[1] ?? match[2] ?? ""), start, end: at });
    return match !== null;
  };
  while (at < css.length) {
    const character = css.charAt(at);
    const start = at;
    if (character === "/" && css.charAt(at + 1) === "*") {
      const [whole = "", inner = ""] = take(comment) ?? [];
      const address = mapComment.exec(inner)?.[1];
      if (address !== undefined) sourceMap = { kind: "url", address, start, end: start + whole.length };
    } else if (character === '"' || character === "'") {
      if (!take(text)) at += 1;
    } else if (character === "\\") {
      at += 2;
    } else if (character === "@") {
      at += 1;
      isImport = take(word)?.[0].toLowerCase() === "import";
      if (!isImport) continue;
      take(space);
      if (takeText("import")) isImport = false;
    } else if (take(word)) {
      if (css.slice(start, at).toLowerCase() !== "url" || css.charAt(at) !== "(") continue;
      at += 1;
      take(blank);
      const kind = isImport ? "import" : "url";
      isImport = false;
      if (takeText(kind)) continue;
      const from = at;
      const address = unescape(take(bare)?.[0] ?? "");
      if (address !== "") references.push({ kind, address, start: from, end: at });
    } else {
      if (character === ";" || character === "{") isImport = false;
      at += 1;
    }
  }
  return { references, sourceMap };
}

function unescape(address: string): string {
  return address.replace(escaped, (_match, code: string | undefined, character: string | undefined) => {
    if (code === undefined) return character === undefined || character === "\n" ? "" : character;
    const point = Number.parseInt(code, 16);
    return point === 0 || point > 0x10_ff_ff ? "\u{FFFD}" : String.fromCodePoint(point);
  });
}
