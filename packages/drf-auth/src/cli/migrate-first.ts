import type { Project } from "../application/index.ts";
import { waitForDatabase } from "./database-wait.ts";
import { migrateProject } from "./migrate.ts";
import { openForMigrations } from "./open.ts";
import type { Terminal } from "./terminal.ts";

/** Brings the database up to date before it is served, by MIGRATION_DATABASE_URL where that leads there past a pooler. */
export async function migrateFirst(project: Project, terminal: Terminal, app: string | undefined): Promise<void> {
  if (!terminal.environment["MIGRATION_DATABASE_URL"]) return migrateProject(project, terminal);
  const direct = await openForMigrations(terminal, app);
  try {
    await waitForDatabase(direct, terminal);
    await migrateProject(direct, terminal);
  } finally {
    await direct.database.close();
  }
}
