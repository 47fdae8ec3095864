/** The comment that names a script's source map: the last line, for elsewhere it may stand in a text. */
const lastLine = /(?<=^|\n)[ \t]*\/\/[#@] ?sourceMappingURL=(\S+)\s*$/;

/** The map's address and where its line stands; undefined where a script names none. */
export function findSourceMap(script: string): { readonly address: string; readonly start: number } | undefined {
  // Only the end is searched: the file may be long.
  const from = Math.max(script.length - longestComment, 0);
  const match = lastLine.exec(script.slice(from));
  return match?.[1] === undefined ? undefined : { address: match[1], start: from + match.index };
}

const longestComment = 1024;
