import { join } from "node:path";
import type { Project } from "../application/index.ts";
import * as migrations from "../migrations/index.ts";
import { openFrom } from "./open.ts";
import type { Terminal } from "./terminal.ts";

export interface MigrateOptions {
  readonly app?: string;
  /** Whether tables that are there already are taken as made by the first migrations. */
  readonly fakeInitial?: boolean;
  /** Whether what would be done is only shown. */
  readonly plan?: boolean;
}

/** `drf-auth migrate`: brings the database up to date. */
export async function migrate(terminal: Terminal, options: MigrateOptions): Promise<number> {
  const { MIGRATION_DATABASE_URL: url } = terminal.environment;
  const project = await openFrom(terminal, options.app, url ? { DATABASE_URL: url } : {});
  try {
    await migrateProject(project, terminal, options);
    if (options.fakeInitial && project.application.settings.database.sharedWithDjango !== true) {
      terminal.say(
        "If Django goes on using this database, set database: { sharedWithDjango: true } in the settings: passwords are " +
          "then stored as Django reads them.",
      );
    }
    return 0;
  } finally {
    await project.database.close();
  }
}

/** Brings a project's database up to date, a line a migration. */
export async function migrateProject(
  { application, database, folder, registry }: Project,
  terminal: Terminal,
  { fakeInitial = false, plan = false }: Omit<MigrateOptions, "app"> = {},
): Promise<void> {
  await migrations.migrate({
    database,
    registry,
    folder: join(folder, application.settings.migrationsFolder),
    isFakeInitial: fakeInitial,
    isPlan: plan,
    log: (line) => terminal.say(line),
  });
}

/** Says what `migrate` and `makemigrations` would do, so that a deploy that forgot them is not a riddle. */
export async function sayPending(
  { application, database, folder, registry }: Project,
  terminal: Terminal,
): Promise<void> {
  const context = { database, registry, folder: join(folder, application.settings.migrationsFolder) };
  const changes = await migrations.unwrittenChanges(context);
  if (changes.length > 0) {
    terminal.complain(`Models changed without a migration (${some(changes)}). Run npx drf-auth makemigrations.`);
  }
  const pending = await migrations.pendingMigrations(context);
  if (pending.length > 0) terminal.complain(`Not applied yet: ${some(pending)}. Run npx drf-auth migrate.`);
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
