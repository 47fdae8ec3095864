import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { backUp } from "../database/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import { addressFrom } from "./open.ts";
import { progressOn } from "./progress.ts";
import { schemeOf } from "./scheme.ts";
import type { Terminal } from "./terminal.ts";

export interface BackupOptions {
  readonly app?: string;
  /** How many seconds the copying may take. */
  readonly limit?: string;
}

/** `drf-auth backup`: copies an SQLite database while it is used, and checks the copy. */
export async function backup(terminal: Terminal, file: string, options: BackupOptions): Promise<number> {
  const copy = resolve(terminal.currentFolder, mustBePath(file));
  const { path } = (await addressFrom(terminal, options.app)).address;
  if (path === undefined) {
    throw new ImproperlyConfigured("This database is PostgreSQL: pg_dump copies it, with --format=custom as one file.");
  }
  const progress = progressOn(terminal, "pages", { saysEach: false });
  await backUp(path, copy, {
    onProgress: (copied, all) => progress(basename(path), copied, all),
    ...(options.limit !== undefined && { limitSeconds: secondsOf(options.limit) }),
  });
  terminal.say(`Copied ${path} to ${copy} (${statSync(copy).size} bytes), and checked the copy.`);
  terminal.say(
    `To go back to it, stop the server and put it in the place of ${path}, without -wal and -shm beside it.`,
  );
  return 0;
}

/** An address is no path: a folder would be made of `postgres://…`, and `sqlite:PATH` is relative to the application elsewhere. */
function mustBePath(file: string): string {
  const scheme = schemeOf(file);
  if (scheme === undefined) return file;
  const isSqlite = scheme === "sqlite:" || scheme === "file:";
  throw new ImproperlyConfigured(
    `backup copies into a file, and its argument begins with ${scheme} as an address does. ` +
      (isSqlite
        ? `Write the path alone: drf-auth backup ${file.slice(scheme.length)}.`
        : "Write its path, such as drf-auth backup copy.sqlite3; copydata takes the rows to PostgreSQL."),
  );
}

function secondsOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ImproperlyConfigured(`--limit is "${text}": it must be a number of seconds, such as 600.`);
}
