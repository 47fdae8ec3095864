import { join, resolve } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import { fileOfAddress, SqliteSnapshot } from "../database/index.ts";
import { copyRows, pendingMigrations } from "../migrations/index.ts";
import { addressFrom, openFrom } from "./open.ts";
import { schemeOf } from "./scheme.ts";
import { progressOn } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

export interface CopyDataOptions {
  readonly app?: string;
  /** The tables and columns that no model names and that may be left out. */
  readonly leaveOut?: readonly string[];
}

/** `drf-auth copydata`: copies the rows of an SQLite database into the PostgreSQL one that DATABASE_URL names. */
export async function copyData(terminal: Terminal, from: string, options: CopyDataOptions): Promise<number> {
  // Neither is opened before it is known what it is: to open an SQLite database is to make it.
  const { address, folder } = await addressFrom(terminal, options.app);
  const file = fileOfAddress(from);
  const scheme = file === undefined && schemeOf(from);
  if (scheme || address.dialect !== "postgresql") {
    const which = scheme ? `its argument begins with ${scheme}` : "DATABASE_URL names an SQLite database";
    throw new ImproperlyConfigured(
      `copydata copies from SQLite to PostgreSQL, and ${which}: write drf-auth copydata sqlite:PATH, or the path of a file, ` +
        "with DATABASE_URL=postgres://…",
    );
  }
  await using source = new SqliteSnapshot(
    file === undefined ? resolve(terminal.currentFolder, from) : resolve(folder, file),
  );
  const target = await openFrom(terminal, options.app);
  try {
    const { application, database: to, registry } = target;
    for (const database of [source, to]) {
      const migrations = join(target.folder, application.settings.migrationsFolder);
      const pending = await pendingMigrations({ database, registry, folder: migrations });
      if (pending.length === 0) continue;
      throw new ImproperlyConfigured(
        `${database.location} lacks ${pending.join(", ")}: bring both databases up to date with drf-auth migrate first.`,
      );
    }
    const onProgress = progressOn(terminal, "rows", { saysEach: true });
    const { leaveOut = [] } = options;
    const total = await copyRows({ from: source, to, registry, leaveOut, onProgress });
    if (leaveOut.length > 0) terminal.say(`Left out: ${leaveOut.join(", ")}.`);
    terminal.say(`Copied ${total} rows to ${to.location}; every table has as many as before.`);
    return 0;
  } finally {
    await target.database.close();
  }
}
