import { createHash } from "node:crypto";

/** Django's limit where a database, as SQLite, sets none. */
const maxCharacters = 200;

/**
 * Names an index as Django does, which finds it by this name to drop it: table, columns, and a digest of both that
 * keeps shortened names apart; `ending` is `_uniq` for one that is unique.
 */
export function indexName(table: string, columns: readonly string[], ending: string): string {
  const digest = createHash("md5")
    .update([table, ...columns].join(""))
    .digest("hex")
    .slice(0, 8);
  const last = `${digest}${ending}`;
  const name = `${table}_${columns.join("_")}_${last}`;
  if (name.length <= maxCharacters) return name;
  const roomEach = Math.floor((maxCharacters - last.length) / 2) - 1;
  const short = `${table.slice(0, roomEach)}_${columns.join("_").slice(0, roomEach)}_${last}`;
  // Oracle takes no name that begins so, and Django asks it of every database.
  return /^[_\d]/.test(short) ? `D${short.slice(0, -1)}` : short;
}
