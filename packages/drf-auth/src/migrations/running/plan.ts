import type { Database } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import type { ModelRegistry } from "../../models/index.ts";
import { djangoState, modelsOfDjangoApp, pendingDjangoApps } from "./django-migrations.ts";
import { type HalfDone, halfDoneOf } from "./half-done.ts";
import type { MigrationFile } from "../files/migration-file.ts";
import { neededBy } from "../files/migration-order.ts";
import { makerOfUser, nameBefore } from "../states/names-of-user.ts";
import type { ModelState } from "../operations.ts";
import { isOwnMigration, type OwnMigration, ownState, pendingOwnMigrations } from "./own-migrations.ts";
import { Recorder } from "./recorder.ts";
import { SchemaEditor, type Step } from "../schema/schema-editor.ts";
import type { ProjectState } from "../states/state.ts";
import { stateAfter } from "../states/state-after.ts";
import { stepsOf } from "../states/steps.ts";
import { type Table, tableOf } from "../schema/table.ts";

/** One of Django's own applications to make, in its final state. */
export interface DjangoStep {
  readonly appLabel: string;
  readonly tables: readonly Table[];
}

/** One of the migrations of our own tables to apply. */
export interface OwnStep {
  readonly migration: OwnMigration;
  readonly tables: readonly Table[];
}

/** One of the project's migrations to apply. */
export interface FileStep {
  readonly file: MigrationFile;
  /** The tables that it makes. */
  readonly tables: readonly Table[];
  readonly steps: readonly Step[];
  /** Whether it is the first of its application. */
  readonly isInitial: boolean;
}

/** What is to be done to bring a database up to date. */
export interface Plan {
  readonly django: readonly DjangoStep[];
  readonly own: readonly OwnStep[];
  readonly files: readonly FileStep[];
  /** The project's migrations that are applied. */
  readonly applied: readonly FileStep[];
  /** Migrations that were applied and whose files are gone. */
  readonly lost: readonly string[];
  /** Migrations that were left between their steps. */
  readonly halfDone: readonly HalfDone[];
}

/**
 * Compares what is applied with what there is to apply.
 *
 * @throws {ImproperlyConfigured} when what is applied cannot have come from these models and files.
 */
export async function planOf(
  database: Database,
  registry: ModelRegistry,
  files: readonly MigrationFile[],
): Promise<Plan> {
  const base = baseState(registry);
  const django = pendingDjangoApps(base, await new Recorder(database, "django_migrations").applied());
  const applied = await new Recorder(database, "drf_auth_migrations").applied();
  const userName = registry.user.model.name;
  const maker = makerOfUser(files, userName);
  for (const file of files) checkHistory(file, neededBy(file, files, userName), applied);
  const tablesOf = (models: readonly ModelState[], state: ProjectState, user = userName): readonly Table[] =>
    models.map((model) => tableOf(model, state, { userName: user, dialect: database.dialect }));
  let state = base;
  const steps = files.map((file): FileStep => {
    const { operations, dependencies } = file.migration;
    const own = stepsOf(state, operations, file.path);
    state = own.at(-1)?.after ?? state;
    const made = operations.flatMap((operation) => (operation.type === "createModel" ? [operation.model] : []));
    return {
      file,
      tables: tablesOf(made, state),
      steps: own,
      isInitial: dependencies.every(([app]) => app !== file.appLabel),
    };
  });
  // The tokens' tables refer to that of the user, which one of the project's migrations may make, and a later one rename.
  const isThere = (file: MigrationFile, index: number): boolean =>
    applied.has(file.key) || (maker !== undefined && index <= files.indexOf(maker));
  const there = stateOfFiles(files.filter(isThere), registry);
  const userThere = nameBefore(
    userName,
    files.filter((file, index) => !isThere(file, index)),
  );
  await checkUserTable(database, { userName, isAuthPending: django.includes("auth"), model: there.get(userThere) });
  return {
    django: django.map((appLabel) => ({
      appLabel,
      tables: tablesOf(modelsOfDjangoApp(appLabel, base), there, userThere),
    })),
    own: pendingOwnMigrations(base, applied).map(({ migration, models }) => ({
      migration,
      tables: tablesOf(models, there, userThere),
    })),
    files: steps.filter(({ file }) => !applied.has(file.key)),
    applied: steps.filter(({ file }) => applied.has(file.key)),
    lost: [...applied].filter((key) => !isOwnMigration(key) && !files.some((file) => file.key === key)),
    halfDone: await halfDoneOf(database, files, base),
  };
}

/** What the migration files lead to, over Django's own tables and ours. */
export function stateOfFiles(files: readonly MigrationFile[], registry: ModelRegistry): ProjectState {
  let state = baseState(registry);
  for (const file of files) state = stateAfter(state, file.migration.operations, file.path);
  return state;
}

/** The tables that no file of the project makes. */
export function baseState(registry: ModelRegistry): ProjectState {
  return new Map([...djangoState(registry), ...ownState(registry)]);
}

interface UserTable {
  readonly userName: string;
  readonly isAuthPending: boolean;
  /** The user model as the database has it. */
  readonly model: ModelState | undefined;
}

async function checkUserTable(database: Database, { userName, isAuthPending, model }: UserTable): Promise<void> {
  if (!model) {
    throw new ImproperlyConfigured(
      `No migration makes the table of the user model ${userName}. Run npx drf-auth makemigrations.`,
    );
  }
  if (isAuthPending || (await new SchemaEditor(database).columnsOf(model.table))) return;
  throw new ImproperlyConfigured(
    `The tables of this database were made for another user model: ${model.table}, the table of ${userName}, is not there. ` +
      "The user model is chosen before the first migrate: set `user` in the settings to the model of before, or begin " +
      "with an empty database.",
  );
}

function checkHistory(file: MigrationFile, needed: readonly MigrationFile[], applied: ReadonlySet<string>): void {
  if (!applied.has(file.key)) return;
  const missing = needed.find(({ key }) => !applied.has(key));
  if (!missing) return;
  throw new ImproperlyConfigured(
    `${file.key} is applied, and ${missing.key}, which it needs, is not: the files do not fit this database.`,
  );
}
