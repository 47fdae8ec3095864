import type { SqliteDatabase } from "../database/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import type { ModelRegistry } from "../models/index.ts";
import { applyDjangoApp, djangoState, pendingDjangoApps } from "./django-migrations.ts";
import { type MigrationFile, readMigrations } from "./migration-files.ts";
import { addPermissionRows } from "./permission-rows.ts";
import { Recorder } from "./recorder.ts";
import { SchemaEditor } from "./schema-editor.ts";
import { type ProjectState, stateAfter } from "./state.ts";
import { tableOf } from "./table.ts";

export interface MigrationContext {
  readonly database: SqliteDatabase;
  readonly registry: ModelRegistry;
  /** The folder of the project's migrations. */
  readonly folder: string;
}

export interface MigrateOptions extends MigrationContext {
  /** Whether a first migration whose tables are there already is recorded and not run. Default false. */
  readonly isFakeInitial?: boolean;
  /** Is told what is done, a line a migration. */
  readonly log: (line: string) => void;
}

/**
 * Brings the database up to date in one transaction: Django's own tables, then the project's migrations.
 *
 * What is applied is read under the lock, so that of two processes that start at once one applies and the other finds
 * nothing to do. A migration that fails leaves nothing behind.
 */
export async function migrate({ database, registry, folder, isFakeInitial = false, log }: MigrateOptions): Promise<void> {
  const files = await readMigrations(folder);
  await database.alterTables(async () => {
    const done: string[] = [];
    const editor = new SchemaEditor(database);
    const [django, own] = await recorders(database);
    for (const app of await pendingDjangoApps(django)) {
      await applyDjangoApp(app, { registry, editor, recorder: django });
      done.push(`Made the tables of ${app}`);
    }
    const applied = await own.applied();
    let state = baseState(registry);
    for (const file of files) {
      state = stateAfter(state, file.migration.operations);
      if (applied.has(keyOf(file))) continue;
      const isFake = isFakeInitial && (await areTablesThere(file, state, registry, editor));
      if (!isFake) await apply(file, state, registry, editor);
      await own.record([file.appLabel, file.name]);
      done.push(`Applied ${keyOf(file)}${isFake ? " (its tables were there)" : ""}`);
    }
    await addPermissionRows(registry, database);
    for (const line of done) log(line);
    if (done.length === 0) log("No migrations to apply.");
  });
}

/** What `migrate` would apply, by name; empty when the database is up to date. */
export async function pendingMigrations({ database, folder }: MigrationContext): Promise<readonly string[]> {
  const files = await readMigrations(folder);
  const django = await pendingDjangoApps(new Recorder(database, "django_migrations"));
  const applied = await new Recorder(database, "drf_auth_migrations").applied();
  return [...django, ...files.map(keyOf).filter((key) => !applied.has(key))];
}

/** What the migration files lead to, over Django's own tables. */
export function stateOfFiles(files: readonly MigrationFile[], registry: ModelRegistry): ProjectState {
  return stateAfter(baseState(registry), files.flatMap((file) => file.migration.operations));
}

/** Django's tables, and the user's joins, which are made with them. */
function baseState(registry: ModelRegistry): ProjectState {
  return djangoState(registry);
}

async function recorders(database: SqliteDatabase): Promise<readonly [Recorder, Recorder]> {
  const django = new Recorder(database, "django_migrations");
  const own = new Recorder(database, "drf_auth_migrations");
  await django.makeTable();
  await own.makeTable();
  return [django, own];
}

async function apply(file: MigrationFile, state: ProjectState, registry: ModelRegistry, editor: SchemaEditor): Promise<void> {
  try {
    for (const { model } of file.migration.operations) {
      await editor.createTable(tableOf(model, state, registry.user.model.name));
    }
  } catch (error) {
    if (error instanceof ImproperlyConfigured) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const hint = /already exists/.test(reason) ? " If the tables were made by Django, use migrate --fake-initial." : "";
    throw new ImproperlyConfigured(`${file.path} failed and nothing was changed: ${reason}.${hint}`, { cause: error });
  }
}

async function areTablesThere(
  file: MigrationFile,
  state: ProjectState,
  registry: ModelRegistry,
  editor: SchemaEditor,
): Promise<boolean> {
  const isFirst = file.migration.dependencies.every(([app]) => app !== file.appLabel);
  if (!isFirst || file.migration.operations.length === 0) return false;
  for (const { model } of file.migration.operations) {
    const there = new Set(await editor.columnsOf(model.table));
    const { columns } = tableOf(model, state, registry.user.model.name);
    if (there.size === 0 || columns.some(({ name }) => !there.has(name))) return false;
  }
  return true;
}

function keyOf({ appLabel, name }: MigrationFile): string {
  return `${appLabel}.${name}`;
}

