import type { Database } from "../../database/index.ts";
import type { ModelRegistry } from "../../models/index.ts";
import { applyNext } from "./apply-next.ts";
import { checkHalfDone, type HalfDone, sentenceOfHalf } from "./half-done.ts";
import type { MigrationFile } from "../files/migration-file.ts";
import { readMigrations } from "../files/migration-files.ts";
import { sqlOf } from "./migration-sql.ts";
import { columnNameOf } from "../operations.ts";
import { keyOf } from "./own-migrations.ts";
import { lacksPermissionRows } from "./permission-rows.ts";
import { type Plan, planOf } from "./plan.ts";
import { dependentsOf, dependsOn } from "../schema/postgresql-dependents.ts";
import type { Step } from "../schema/schema-editor.ts";
import { type MigrationTarget, type Selected, selectedOf } from "./selection.ts";
import { sentenceOf, undoing } from "../states/steps.ts";

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
  /** Whether only the SQL of what would be done is said. Default false. */
  readonly isSql?: boolean;
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
 * Brings the database up to date: Django's own tables and ours, then the project's migrations, each in a transaction, and
 * a content type and permissions for each model with the last. Gives the names of what was applied.
 *
 * What is applied is read under the lock, so that of two processes that start at once one applies and the other finds
 * nothing to do. When a migration fails, nothing of it is kept, and what was applied before it stays.
 *
 * @throws {ImproperlyConfigured} when a migration cannot be applied; the message names its file.
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const { database, registry, folder, isPlan = false, log } = options;
  const files = options.files ?? (await readMigrations(folder, registry.user.model.name));
  const plan = await planOf(database, registry, files);
  for (const key of plan.lost) log(`Warning: ${key} is applied, and its file is not in ${folder}.`);
  const selected = selectedOf(plan, files, options.target, registry.user.model.name);
  // What is half done may be another process's that goes on with it: only under the lock it is known to be left.
  const isDone = namesOf(plan, selected).length === 0 && plan.halfDone.length === 0;
  if (options.isSql) {
    const { isFake = false, isFakeInitial = false, target } = options;
    const wanted = { registry, isFake, isFakeInitial, ...(target && { target }) };
    for (const line of await sqlOf(database, files, wanted)) log(line);
    return [];
  }
  if (isPlan || (isDone && !(await lacksPermissionRows(registry, database)))) {
    await sayPlan(plan, selected, options);
    return [];
  }
  const names: string[] = [];
  const said = new Set<string>();
  let hasUndone = false;
  for (let isLast = false; !isLast;) {
    const { backUp, ...others } = options;
    // One copy is enough: it is of what was there before all.
    const wanted = backUp && !said.has("copied") ? { ...others, backUp } : others;
    const part = await database.alterTables(
      () => applyNext(files, wanted, hasUndone),
      () => log("Waiting for another process that writes to the database."),
    );
    if (part.isCopied) said.add("copied");
    for (const line of part.lines) if (!said.has(line)) log(line);
    for (const line of part.lines) said.add(line);
    names.push(...part.names);
    hasUndone ||= part.hasUndone;
    ({ isLast } = part);
  }
  if (names.length === 0) log(nothing);
  return names;
}

/** The names of what `migrate` would apply, and of what was left half done; empty when the database is up to date. */
export async function pendingMigrations({ database, registry, folder }: MigrationContext): Promise<readonly string[]> {
  const plan = await planOf(database, registry, await readMigrations(folder, registry.user.model.name));
  const pending = namesOf(plan, { undone: [], applied: plan.files });
  const undone = plan.halfDone.map(({ key }) => key).filter((key) => !pending.includes(key));
  return [...pending, ...undone].map((key) => `${key}${noteOf(key, plan.halfDone)}`);
}

function namesOf({ django, own }: Plan, { undone, applied }: Selected): readonly string[] {
  return [
    ...django.map(({ appLabel }) => appLabel),
    ...own.map(({ migration }) => keyOf(migration)),
    ...undone.map(({ file }) => file.key),
    ...applied.map(({ file }) => file.key),
  ];
}

function noteOf(key: string, halfDone: readonly HalfDone[]): string {
  const half = halfDone.find((one) => one.key === key);
  return half ? ` (${sentenceOfHalf(half)})` : "";
}

const nothing = "No migrations to apply.";

async function sayPlan(plan: Plan, selected: Selected, { database, log }: MigrateOptions): Promise<void> {
  const { django, own, halfDone } = plan;
  checkHalfDone(halfDone, selected);
  const say = async (key: string, all: readonly Step[]): Promise<void> => {
    const steps = all.slice(halfDone.find((one) => one.key === key)?.done ?? 0);
    for (const step of steps) {
      log(`  - ${sentenceOf(step)}`);
      const dependents = await dependentsOfStep(step, database);
      if (dependents.length > 0) log(`    FAILS: ${dependsOn(dependents)}`);
    }
  };
  for (const { appLabel, tables } of django)
    log(`Would make Django's tables of ${appLabel}: ${tables.map(({ name }) => name).join(", ")}`);
  for (const { migration, tables } of own)
    log(`Would make drf-auth's own tables: ${tables.map(({ name }) => name).join(", ")} (${keyOf(migration)})`);
  for (const { file, steps } of selected.undone) {
    log(`Would undo ${file.key}${noteOf(file.key, halfDone)}`);
    await say(file.key, undoing(steps, file.path));
  }
  for (const { file, steps } of selected.applied) {
    log(`Would apply ${file.key}${noteOf(file.key, halfDone)}`);
    await say(file.key, steps);
  }
  if (namesOf(plan, selected).length === 0) log(nothing);
}

/** What stands in the way of a step that removes something; SQLite tells only then. */
async function dependentsOfStep({ operation, before }: Step, database: Database): Promise<readonly string[]> {
  if (database.dialect === "sqlite") return [];
  if (operation.type !== "deleteModel" && operation.type !== "removeField") return [];
  const model = before.get(operation.type === "deleteModel" ? operation.name : operation.model);
  const field = operation.type === "removeField" ? model?.fields[operation.name] : undefined;
  if (!model) return [];
  return dependentsOf(database, {
    table: model.table,
    ...(field && operation.type === "removeField" && { column: columnNameOf(operation.name, field) }),
  });
}
