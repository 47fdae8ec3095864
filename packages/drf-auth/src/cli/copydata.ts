import { join } from "node:path";
import { openProject } from "../application/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import { copyRows, pendingMigrations } from "../migrations/index.ts";
import { findApplication, loadApplication } from "./find-application.ts";
import { openFrom } from "./open.ts";
import { progressOn } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

export interface CopyDataOptions {
  readonly app?: string;
}

/** `drf-auth copydata`: copies the rows of an SQLite database into the PostgreSQL one that DATABASE_URL names. */
export async function copyData(terminal: Terminal, from: string, options: CopyDataOptions): Promise<number> {
  const target = await openFrom(terminal, options.app);
  const { environment, currentFolder } = terminal;
  const file = findApplication({ app: options.app, environment, currentFolder });
  const { secretKey } = target;
  const given = { ...environment, DATABASE_URL: from, SECRET_KEY: secretKey.value };
  const source = await openProject(await loadApplication(file), { environment: given, folder: file.folder });
  try {
    if (source.database.dialect !== "sqlite" || target.database.dialect !== "postgresql") {
      throw new ImproperlyConfigured(
        "copydata copies from SQLite to PostgreSQL: write drf-auth copydata sqlite:PATH, with DATABASE_URL=postgres://…",
      );
    }
    const folder = join(target.folder, target.application.settings.migrationsFolder);
    for (const { database, registry } of [source, target]) {
      const pending = await pendingMigrations({ database, registry, folder });
      if (pending.length === 0) continue;
      throw new ImproperlyConfigured(
        `${database.location} lacks ${pending.join(", ")}: bring both databases up to date with drf-auth migrate first.`,
      );
    }
    const total = await copyRows({
      from: source.database,
      to: target.database,
      registry: target.registry,
      onProgress: progressOn(terminal, "rows", { saysEach: true }),
    });
    terminal.say(`Copied ${total} rows to ${target.database.location}; every table has as many as before.`);
    return 0;
  } finally {
    await source.database.close();
    await target.database.close();
  }
}
