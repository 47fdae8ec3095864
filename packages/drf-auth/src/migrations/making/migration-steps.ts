import { join } from "node:path";
import { ImproperlyConfigured } from "../../errors.ts";
import type { Changes } from "./change-detection.ts";
import type { MigrationFile } from "../files/migration-file.ts";
import { modelOf, nameFor } from "../files/migration-name.ts";
import { appOf, type Dependency, fieldsOf, madeBy, type ModelState, type Operation } from "../operations.ts";
import { type AppMigration, referringTo } from "./referring-migrations.ts";
import { numbered } from "../files/written-migration.ts";

/** A migration on its way to a file. */
export interface PlannedMigration {
  readonly appLabel: string;
  readonly name: string;
  readonly path: string;
  readonly dependencies: readonly Dependency[];
  readonly operations: readonly Operation[];
}

export interface PlannedMigrationsOptions {
  readonly folder: string;
  readonly userName: string;
  /** The name after the number. Default: what the migration does. */
  readonly name?: string | undefined;
}

/** Divides changes into migrations: one where one application is concerned, else as many as their order needs. */
export function plannedMigrations(
  { renamed, created, changed, deleted }: Changes,
  files: readonly MigrationFile[],
  options: PlannedMigrationsOptions,
): readonly PlannedMigration[] {
  const steps = migrationSteps(created, options.userName).map(({ appLabel, models }): Part => ({
    appLabel,
    operations: models.map((model) => ({ type: "createModel", model })),
  }));
  const parts = [...byApp(renamed), ...steps, ...byApp(changed), ...inTurn(deleted)];
  const [first] = parts;
  const isOne = first !== undefined && parts.every(({ appLabel }) => appLabel === first.appLabel);
  return named(isOne ? [{ ...first, operations: parts.flatMap((part) => part.operations) }] : parts, files, options);
}

interface Part {
  readonly appLabel: string;
  readonly operations: readonly Operation[];
}

function byApp(operations: readonly Operation[]): readonly Part[] {
  return [...Map.groupBy(operations, appOfOperation)].map(([appLabel, own]) => ({ appLabel, operations: own }));
}

/** Leaves operations in their order: what refers to a model goes before it, over applications too. */
function inTurn(operations: readonly Operation[]): readonly Part[] {
  const parts: { readonly appLabel: string; readonly operations: Operation[] }[] = [];
  for (const operation of operations) {
    const appLabel = appOfOperation(operation);
    const last = parts.at(-1);
    if (last?.appLabel === appLabel) last.operations.push(operation);
    else parts.push({ appLabel, operations: [operation] });
  }
  return parts;
}

function appOfOperation(operation: Operation): string {
  return appOf({ name: modelOf(operation) });
}

function named(
  parts: readonly Part[],
  files: readonly MigrationFile[],
  { folder, userName, name }: PlannedMigrationsOptions,
): readonly PlannedMigration[] {
  const makers = new Map<string, Dependency>();
  const last = new Map<string, string>();
  const note = (appLabel: string, own: string, operations: readonly Operation[]): void => {
    last.set(appLabel, own);
    for (const made of operations.map(madeBy)) if (made !== undefined) makers.set(made, [appLabel, own]);
  };
  const before: AppMigration[] = files.map(({ appLabel, name: own, migration }) => ({
    appLabel,
    name: own,
    operations: migration.operations,
  }));
  for (const { appLabel, name: own, operations } of before) note(appLabel, own, operations);
  return parts.map(({ appLabel, operations }) => {
    const end = last.get(appLabel);
    const usual = end === undefined ? "initial" : nameFor(operations);
    const fileName = numbered(end === undefined ? [] : [end], name ?? usual);
    const needed = new Map<string, Dependency>(end === undefined ? [] : [[end, [appLabel, end]]]);
    for (const to of operations.flatMap(fieldsOf).flatMap(({ to: target }) => target ?? [])) {
      const maker = makers.get(to === "user" ? userName : to);
      if (maker && maker[0] !== appLabel) needed.set(maker.join("."), maker);
    }
    for (const dependency of operations.flatMap((one) => referringTo(one, before, userName))) {
      needed.set(dependency.join("."), dependency);
    }
    note(appLabel, fileName, operations);
    before.push({ appLabel, name: fileName, operations });
    return {
      appLabel,
      name: fileName,
      path: join(folder, appLabel, `${fileName}.ts`),
      dependencies: [...needed.values()],
      operations,
    };
  });
}

/** New models of one application that one migration can make. */
interface MigrationStep {
  readonly appLabel: string;
  readonly models: readonly ModelState[];
}

/**
 * Sorts new models into migrations, each after those whose tables it refers to.
 *
 * Within a migration models may refer to each other in a circle. Where applications do, though their models do not,
 * one of them gets several migrations.
 *
 * @throws {ImproperlyConfigured} when models of different applications refer to each other in a circle.
 */
function migrationSteps(models: readonly ModelState[], userName: string): readonly MigrationStep[] {
  const steps: MigrationStep[] = [];
  const waiting = new Map(models.map((model) => [model.name, model]));
  while (waiting.size > 0) {
    const step = nextStep(waiting, userName);
    for (const { name } of step.models) waiting.delete(name);
    steps.push(step);
  }
  return steps;
}

/** The names of the models to which a model refers. */
function referencesOf({ fields }: ModelState, userName: string): readonly string[] {
  return Object.values(fields).flatMap(({ to }) => (to === undefined ? [] : [to === "user" ? userName : to]));
}

function nextStep(waiting: ReadonlyMap<string, ModelState>, userName: string): MigrationStep {
  const apps = [...new Set([...waiting.values()].map(appOf))];
  const candidates = apps.map((appLabel) => {
    const own = [...waiting.values()].filter((model) => appOf(model) === appLabel);
    const models = possible(own, waiting, userName);
    return { appLabel, models, isWhole: models.length === own.length };
  });
  const best = candidates.find(({ isWhole }) => isWhole) ?? candidates.find(({ models }) => models.length > 0);
  if (best) return { appLabel: best.appLabel, models: byReference(best.models, userName) };
  throw new ImproperlyConfigured(
    `Models of several applications refer to each other in a circle: ${[...waiting.keys()].join(", ")}. ` +
      "Each table would have to be made before the other. Declare them in one application.",
  );
}

/** Leaves out models that refer to one that waits elsewhere, and those that refer to these in turn. */
function possible(
  models: readonly ModelState[],
  waiting: ReadonlyMap<string, ModelState>,
  userName: string,
): readonly ModelState[] {
  const names = new Set(models.map(({ name }) => name));
  const left = models.filter((model) => referencesOf(model, userName).every((to) => names.has(to) || !waiting.has(to)));
  return left.length === models.length ? left : possible(left, waiting, userName);
}

function byReference(models: readonly ModelState[], userName: string): readonly ModelState[] {
  const waiting = new Map(models.map((model) => [model.name, model]));
  const sorted: ModelState[] = [];
  const visit = (model: ModelState): void => {
    // In a circle either may come first: SQLite does not ask whether the other table is there.
    if (!waiting.delete(model.name)) return;
    for (const to of referencesOf(model, userName)) {
      const other = waiting.get(to);
      if (other) visit(other);
    }
    sorted.push(model);
  };
  for (const model of models) visit(model);
  return sorted;
}
