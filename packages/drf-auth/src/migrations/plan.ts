import type { Database } from "../database/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import { type ModelRegistry, User } from "../models/index.ts";
import { djangoState, modelsOfDjangoApp, pendingDjangoApps } from "./django-migrations.ts";
import type { MigrationFile } from "./migration-file.ts";
import { neededBy } from "./migration-order.ts";
import { madeBy, type ModelState } from "./operations.ts";
import { isOwnMigration, type OwnMigration, ownState, pendingOwnMigrations } from "./own-migrations.ts";
import { Recorder } from "./recorder.ts";
import { SchemaEditor, type Step } from "./schema-editor.ts";
import type { ProjectState } from "./state.ts";
import { stateAfter } from "./state-after.ts";
import { stepsOf } from "./steps.ts";
import { type Table, tableOf } from "./table.ts";
import { makesUser, userIn, userNames } from "./user-names.ts";

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
  /** The names that the user model has had, the last first. */
  readonly userNames: readonly string[];
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
  const names = userNames(files, userName);
  mustMakeUser(userName, files);
  for (const file of files) checkHistory(file, neededBy(file, files, names.at(-1) ?? userName), applied);
  const tablesOf = (models: readonly ModelState[], state: ProjectState): readonly Table[] =>
    models.map((model) =>
      tableOf(model, state, { userName: userIn(names, state) ?? userName, dialect: database.dialect }),
    );
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
  const user = userModelOf(steps, applied, names);
  await checkUserTable(database, registry, { isAuthPending: django.includes("auth"), user });
  // The tokens' tables refer to the user's as it is when they are made: later migrations may give it other names.
  const first: ProjectState = new Map([...base, ...(user ? [[user.name, user] as const] : [])]);
  return {
    django: django.map((appLabel) => ({ appLabel, tables: tablesOf(modelsOfDjangoApp(appLabel, base), first) })),
    own: pendingOwnMigrations(base, applied).map(({ migration, models }) => ({
      migration,
      tables: tablesOf(models, first),
    })),
    userNames: names,
    files: steps.filter(({ file }) => !applied.has(file.key)),
    applied: steps.filter(({ file }) => applied.has(file.key)),
    lost: [...applied].filter((key) => !isOwnMigration(key) && !files.some((file) => file.key === key)),
  };
}

/** What the migration files lead to, over Django's own tables and ours. */
export function stateOfFiles(files: readonly MigrationFile[], registry: ModelRegistry): ProjectState {
  let state = baseState(registry);
  for (const file of files) state = stateAfter(state, file.migration.operations, file.path);
  return state;
}

/** The tables that no file of the project makes. */
function baseState(registry: ModelRegistry): ProjectState {
  return new Map([...djangoState(registry), ...ownState(registry)]);
}

/** The project's user model as it is now, or as the migration leaves it that makes its table. */
function userModelOf(
  files: readonly FileStep[],
  applied: ReadonlySet<string>,
  names: readonly string[],
): ModelState | undefined {
  const maker = files.find(({ steps }) => makesUser(names, steps));
  if (!maker) return undefined;
  const { appLabel } = maker.file;
  const last = files.findLast(
    ({ file, steps }) => file.appLabel === appLabel && applied.has(file.key) && steps.length > 0,
  );
  const after =
    (applied.has(maker.file.key) ? (last ?? maker) : maker).steps.at(-1)?.after ?? new Map<string, ModelState>();
  return after.get(userIn(names, after) ?? "");
}

function mustMakeUser(name: string, files: readonly MigrationFile[]): void {
  if (name === User.name) return;
  if (files.some((file) => file.migration.operations.some((operation) => madeBy(operation) === name))) return;
  throw new ImproperlyConfigured(
    `No migration makes the table of the user model ${name}. Run npx drf-auth makemigrations.`,
  );
}

interface UserTableOptions {
  readonly isAuthPending: boolean;
  readonly user: ModelState | undefined;
}

async function checkUserTable(
  database: Database,
  { user: { model, table: last } }: ModelRegistry,
  { isAuthPending, user }: UserTableOptions,
): Promise<void> {
  const table = user?.table ?? last;
  if (isAuthPending || (await new SchemaEditor(database).columnsOf(table))) return;
  throw new ImproperlyConfigured(
    `The tables of this database were made for another user model: ${table}, the table of ${model.name}, is not there. ` +
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
