import { join } from "node:path";
import type { Project } from "../application/index.ts";
import { backUp } from "../database/index.ts";
import * as migrations from "../migrations/index.ts";
import { waitForDatabase } from "./database-wait.ts";
import { sayLostMigrations } from "./lost-migrations.ts";
import { openForMigrations } from "./open.ts";
import type { Terminal } from "./terminal.ts";

export interface MigrateOptions {
  readonly app?: string;
  /** The application whose migrations are meant. Default: all. */
  readonly appLabel?: string;
  /** Where they shall stand. Default: at the last. */
  readonly name?: string;
  /** Whether an SQLite database is copied before its tables are changed. Default true. */
  readonly backup?: boolean;
  /** Whether it is only told by the exit code that something is to be done. */
  readonly check?: boolean;
  /** Whether migrations are recorded and their tables left as they are. */
  readonly fake?: boolean;
  /** Whether tables that are there already are taken as made by the first migrations. */
  readonly fakeInitial?: boolean;
  /** Whether what would be done is only shown. */
  readonly plan?: boolean;
  /** Whether its SQL is only shown. */
  readonly sql?: boolean;
}

/** `drf-auth migrate`: brings the database up to date, or to where it is told. */
export async function migrate(terminal: Terminal, options: MigrateOptions): Promise<number> {
  const project = await openForMigrations(terminal, options.app);
  try {
    await waitForDatabase(project, terminal);
    if (options.check) return await sayWhetherDone(project, terminal);
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
  options: Omit<MigrateOptions, "app" | "check"> = {},
): Promise<void> {
  const { appLabel, name, backup = true, fake = false, fakeInitial = false, plan = false, sql = false } = options;
  await migrations.migrate({
    database,
    registry,
    folder: join(folder, application.settings.migrationsFolder),
    isFake: fake,
    isFakeInitial: fakeInitial,
    isPlan: plan,
    isSql: sql,
    ...(appLabel !== undefined && { target: { appLabel, ...(name !== undefined && { name }) } }),
    ...(backup && database.dialect === "sqlite" && { backUp: () => copyOf(database.location) }),
    log: (line) => terminal.say(line),
  });
}

/** Copies the database beside itself; time and process in its name keep copies apart. */
async function copyOf(path: string): Promise<string> {
  const time = new Date().toISOString().replace(/[-:]/g, "").replace(/\..*/, "");
  const copy = `${path}.before-${time}-${process.pid}-${performance.now().toString(36).replace(".", "")}`;
  await backUp(path, copy);
  return copy;
}

async function sayWhetherDone(project: Project, terminal: Terminal): Promise<number> {
  const { application, database, folder, registry } = project;
  await sayLostMigrations(project, terminal);
  const context = { database, registry, folder: join(folder, application.settings.migrationsFolder) };
  const pending = await migrations.pendingMigrations(context);
  for (const name of pending) terminal.say(`Not applied yet: ${name}`);
  if (pending.length === 0) terminal.say("No migrations to apply.");
  return pending.length > 0 ? 1 : 0;
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
  for (const [key, off] of withoutOwnTables) {
    if (pending.includes(key)) terminal.complain(`Without the table of ${key} ${off}.`);
  }
}

/** What is off where a table of ours is not there, or may not be made. */
const withoutOwnTables: ReadonlyMap<string, string> = new Map([
  ["drf_auth.0001_login_attempt", "each worker counts failed logins for itself, and forgets them when it ends"],
  ["drf_auth.0002_throttle_hits", "each server counts for its own throttles, also where several share the database"],
]);

function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
