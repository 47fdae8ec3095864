import type { Database } from "../database/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import type { ModelRegistry } from "../models/index.ts";
import { djangoMigrationsOf } from "./django-migrations.ts";
import type { MigrationFile } from "./migration-file.ts";
import { readMigrations } from "./migration-files.ts";
import { dependencyOn, keyOf } from "./own-migrations.ts";
import { addPermissionRows, lacksPermissionRows, renameContentTypes } from "./permission-rows.ts";
import { type FileStep, type Plan, planOf } from "./plan.ts";
import { Recorder } from "./recorder.ts";
import { SchemaEditor, type Step } from "./schema-editor.ts";
import { type MigrationTarget, type Selected, selectedOf } from "./selection.ts";
import { sentenceOf, undoing } from "./steps.ts";
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
  /** Whether migrations are recorded, or forgotten, and their tables left as they are. Default false. */
  readonly isFake?: boolean;
  /** Whether what would be done is only said. Default false. */
  readonly isPlan?: boolean;
  /** Where an application's migrations shall stand; others are left as they are. Default: all at the last. */
  readonly target?: MigrationTarget;
  /** Copies the database before tables that are there are changed; gives the place of the copy. */
  readonly backUp?: () => Promise<string>;
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
  const selected = selectedOf(plan, files, options.target, registry.user.model.name);
  const isDone = namesOf(plan, selected).length === 0;
  if (isPlan || (isDone && !(await lacksPermissionRows(registry, database)))) {
    sayPlan(plan, selected, log);
    return [];
  }
  if (options.backUp && !options.isFake && (selected.undone.length > 0 || selected.applied.some(changesTables))) {
    log(`Copied the database to ${await options.backUp()}.`);
  }
  const lines: string[] = [];
  const names = await database.alterTables(() => applyPending(files, options, lines));
  for (const line of lines) log(line);
  if (lines.length === 0) log(nothing);
  return names;
}

/** The names of what `migrate` would apply; empty when the database is up to date. */
export async function pendingMigrations({ database, registry, folder }: MigrationContext): Promise<readonly string[]> {
  const plan = await planOf(database, registry, await readMigrations(folder, registry.user.model.name));
  return namesOf(plan, { undone: [], applied: plan.files });
}

function namesOf({ django, own }: Plan, { undone, applied }: Selected): readonly string[] {
  return [
    ...django.map(({ appLabel }) => appLabel),
    ...own.map(({ migration }) => keyOf(migration)),
    ...undone.map(({ file }) => file.key),
    ...applied.map(({ file }) => file.key),
  ];
}

/** Whether a migration changes tables that were there before it. */
function changesTables({ steps }: FileStep): boolean {
  return steps.some(({ operation: { type } }) => type !== "createModel" && type !== "runCode");
}

const nothing = "No migrations to apply.";

function sayPlan(plan: Plan, selected: Selected, log: (line: string) => void): void {
  const { django, own } = plan;
  for (const { appLabel, tables } of django)
    log(`Would make Django's tables of ${appLabel}: ${tables.map(({ name }) => name).join(", ")}`);
  for (const { migration, tables } of own)
    log(`Would make drf-auth's own tables: ${tables.map(({ name }) => name).join(", ")} (${keyOf(migration)})`);
  for (const { file, steps } of selected.undone) {
    log(`Would undo ${file.key}`);
    for (const step of undoing(steps, file.path)) log(`  - ${sentenceOf(step)}`);
  }
  for (const { file, steps } of selected.applied) {
    log(`Would apply ${file.key}`);
    for (const step of steps) log(`  - ${sentenceOf(step)}`);
  }
  if (namesOf(plan, selected).length === 0) log(nothing);
}

async function applyPending(
  files: readonly MigrationFile[],
  { database, registry, target, isFake = false, isFakeInitial = false }: MigrateOptions,
  lines: string[],
): Promise<readonly string[]> {
  const django = new Recorder(database, "django_migrations");
  const own = new Recorder(database, "drf_auth_migrations");
  await django.makeTable();
  await own.makeTable();
  const userName = registry.user.model.name;
  const plan = await planOf(database, registry, files);
  const selected = selectedOf(plan, files, target, userName);
  const editor = new SchemaEditor(database);
  for (const { file, steps } of selected.undone) {
    if (!isFake) await applySteps(undoing(steps, file.path), editor, { userName, where: file.path });
    await own.forget([file.appLabel, file.name]);
    lines.push(`Undoing ${file.key}... ${isFake ? "FAKED" : "OK"}`);
  }
  for (const { appLabel, tables } of plan.django) {
    const where = `Django's ${appLabel}`;
    const outcome = await made(tables, editor, { isFakeInitial, isInitial: true, where });
    for (const name of djangoMigrationsOf(appLabel)) await django.record([appLabel, name]);
    lines.push(`Making Django's tables of ${appLabel}... ${outcome}`);
  }
  for (const { migration, tables } of plan.own) {
    const where = `drf-auth's ${migration.name}`;
    const outcome = await made(tables, editor, { isFakeInitial: false, isInitial: false, where });
    await own.record(dependencyOn(migration));
    lines.push(`Making drf-auth's own tables (${migration.name})... ${outcome}`);
  }
  for (const { file, tables, steps, isInitial } of selected.applied) {
    const where = file.path;
    const isMade = isFake || (await areTablesMade(tables, editor, { isFakeInitial, isInitial, where }));
    if (!isMade) await applySteps(steps, editor, { userName, where });
    await own.record([file.appLabel, file.name]);
    lines.push(`Applying ${file.key}... ${isMade ? "FAKED" : "OK"}`);
  }
  await editor.finish();
  await renameContentTypes(
    [
      ...selected.undone.flatMap(({ file, steps }) => undoing(steps, file.path)),
      ...selected.applied.flatMap(({ steps }) => steps),
    ],
    registry,
    database,
  );
  if (selected.undone.length === 0) await addPermissionRows(registry, database);
  return namesOf(plan, selected);
}

async function applySteps(
  steps: readonly Step[],
  editor: SchemaEditor,
  { userName, where }: { readonly userName: string; readonly where: string },
): Promise<void> {
  for (const step of steps) {
    try {
      await editor.apply(step, userName);
    } catch (error) {
      if (error instanceof ImproperlyConfigured) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new ImproperlyConfigured(
        `${where} failed, and nothing was changed, where it ${sentenceOf(step)}: ${reason}.`,
        { cause: error },
      );
    }
  }
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
