import type { Database } from "../database/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import type { ModelRegistry } from "../models/index.ts";
import { djangoMigrationsOf } from "./django-migrations.ts";
import type { MigrationFile } from "./migration-file.ts";
import { readMigrations } from "./migration-files.ts";
import { dependencyOn, keyOf } from "./own-migrations.ts";
import { addPermissionRows, lacksPermissionRows } from "./permission-rows.ts";
import { type Plan, planOf } from "./plan.ts";
import { Recorder } from "./recorder.ts";
import { SchemaEditor } from "./schema-editor.ts";
import type { Table } from "./table.ts";
import { areTablesMade, type TablesMadeOptions } from "./tables-made.ts";

export interface MigrationContext {
  readonly database: Database;
  readonly registry: ModelRegistry;
  /** The folder of the project's migrations. */
  readonly folder: string;
  /** The project's migrations, where they are in no folder. */
  readonly files?: readonly MigrationFile[];
}

export interface MigrateOptions extends MigrationContext {
  /** Whether first migrations whose tables are there already are recorded and not run. Default false. */
  readonly isFakeInitial?: boolean;
  /** Whether what would be done is only said. Default false. */
  readonly isPlan?: boolean;
  /** Is told what was done, a line a migration. */
  readonly log: (line: string) => void;
}

/**
 * Brings the database up to date in one transaction: Django's own tables and ours, the project's migrations, and a
 * content type and permissions for each model. Gives the names of what was applied.
 *
 * What is applied is read under the lock, so that of two processes that start at once one applies and the other finds
 * nothing to do. When a migration fails, nothing of the run is kept.
 *
 * @throws {ImproperlyConfigured} when a migration cannot be applied; the message names its file.
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const { database, registry, folder, isPlan = false, log } = options;
  const files = options.files ?? (await readMigrations(folder, registry.user.model.name));
  const plan = await planOf(database, registry, files);
  for (const key of plan.lost) log(`Warning: ${key} is applied, and its file is not in ${folder}.`);
  const isDone = namesOf(plan).length === 0;
  if (isPlan || (isDone && !(await lacksPermissionRows(registry, database)))) {
    sayPlan(plan, log);
    return [];
  }
  const lines: string[] = [];
  const names = await database.alterTables(() => applyPending(files, options, lines));
  for (const line of lines) log(line);
  if (lines.length === 0) log(nothing);
  return names;
}

/** The names of what `migrate` would apply; empty when the database is up to date. */
export async function pendingMigrations({ database, registry, folder }: MigrationContext): Promise<readonly string[]> {
  return namesOf(await planOf(database, registry, await readMigrations(folder, registry.user.model.name)));
}

function namesOf({ django, own, files }: Plan): readonly string[] {
  return [
    ...django.map(({ appLabel }) => appLabel),
    ...own.map(({ migration }) => keyOf(migration)),
    ...files.map(({ file }) => file.key),
  ];
}

const nothing = "No migrations to apply.";

function sayPlan(plan: Plan, log: (line: string) => void): void {
  const { django, own, files } = plan;
  for (const { appLabel, tables } of django)
    log(`Would make Django's tables of ${appLabel}: ${tables.map(({ name }) => name).join(", ")}`);
  for (const { migration, tables } of own)
    log(`Would make drf-auth's own tables: ${tables.map(({ name }) => name).join(", ")} (${keyOf(migration)})`);
  for (const { file, tables } of files) log(`Would apply ${file.key}: ${tables.map(({ name }) => name).join(", ")}`);
  if (namesOf(plan).length === 0) log(nothing);
}

async function applyPending(
  files: readonly MigrationFile[],
  { database, registry, isFakeInitial = false }: MigrateOptions,
  lines: string[],
): Promise<readonly string[]> {
  const django = new Recorder(database, "django_migrations");
  const own = new Recorder(database, "drf_auth_migrations");
  await django.makeTable();
  await own.makeTable();
  const plan = await planOf(database, registry, files);
  const editor = new SchemaEditor(database);
  for (const { appLabel, tables } of plan.django) {
    const outcome = await made(tables, editor, { isFakeInitial, isInitial: true, where: `Django's ${appLabel}` });
    for (const name of djangoMigrationsOf(appLabel)) await django.record([appLabel, name]);
    lines.push(`Making Django's tables of ${appLabel}... ${outcome}`);
  }
  for (const { migration, tables } of plan.own) {
    const where = `drf-auth's ${migration.name}`;
    const outcome = await made(tables, editor, { isFakeInitial: false, isInitial: false, where });
    await own.record(dependencyOn(migration));
    lines.push(`Making drf-auth's own tables (${migration.name})... ${outcome}`);
  }
  for (const { file, tables, isInitial } of plan.files) {
    const outcome = await made(tables, editor, { isFakeInitial, isInitial, where: file.path });
    await own.record([file.appLabel, file.name]);
    lines.push(`Applying ${file.key}... ${outcome}`);
  }
  await editor.finish();
  await addPermissionRows(registry, database);
  return namesOf(plan);
}

async function made(
  tables: readonly Table[],
  editor: SchemaEditor,
  options: TablesMadeOptions,
): Promise<"OK" | "FAKED"> {
  try {
    if (await areTablesMade(tables, editor, options)) return "FAKED";
    for (const table of tables) await editor.createTable(table);
    return "OK";
  } catch (error) {
    if (error instanceof ImproperlyConfigured) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ImproperlyConfigured(`${options.where} failed, and nothing was changed: ${reason}.`, { cause: error });
  }
}
