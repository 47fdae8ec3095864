import { join } from "node:path";
import type { Project } from "../application/index.ts";
import * as migrations from "../migrations/index.ts";
import type { Terminal } from "./terminal.ts";

/** Says which migrations the database has applied whose files are gone, and gives the names of all that it has. */
export async function sayLostMigrations(
  { application, database, folder, registry }: Project,
  terminal: Terminal,
): Promise<ReadonlySet<string>> {
  const place = join(folder, application.settings.migrationsFolder);
  const all = await migrations.appliedMigrations({ database, registry, folder: place });
  for (const { appLabel, name, isLost } of all) {
    if (!isLost) continue;
    terminal.complain(
      `Warning: ${appLabel}.${name} is applied, and its file is not in ${place}. Bring it back, from version control or the ` +
        "branch on which it was written.",
    );
  }
  return new Set(all.filter(({ isApplied }) => isApplied).map(({ appLabel, name }) => `${appLabel}.${name}`));
}
