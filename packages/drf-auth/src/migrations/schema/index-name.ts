import { createHash } from "node:crypto";
import type { Dialect } from "../../database/index.ts";

/** How long a name may be; where a database sets no limit, as SQLite, it is Django's. */
const limits: Readonly<Record<Dialect, number>> = Object.freeze({ postgresql: 63, sqlite: 200 });

/**
 * Names an index or a constraint as Django does, which finds it by this name to drop it: table, columns, and a digest of both that
 * keeps shortened names apart; `ending` is `_uniq` for one that is unique.
 */
export function indexName(table: string, columns: readonly string[], ending: string, dialect: Dialect): string {
  const digest = createHash("md5")
    .update([table, ...columns].join(""))
    .digest("hex")
    .slice(0, 8);
  const maxCharacters = limits[dialect];
  const whole = `${digest}${ending}`;
  const name = `${table}_${columns.join("_")}_${whole}`;
  if (name.length <= maxCharacters) return name;
  const last = whole.length > maxCharacters / 3 ? whole.slice(0, Math.floor(maxCharacters / 3)) : whole;
  const roomEach = Math.floor((maxCharacters - last.length) / 2) - 1;
  const short = `${table.slice(0, roomEach)}_${columns.join("_").slice(0, roomEach)}_${last}`;
  // Oracle takes no name that begins so, and Django asks it of every database.
  return /^[_\d]/.test(short) ? `D${short.slice(0, -1)}` : short;
}
