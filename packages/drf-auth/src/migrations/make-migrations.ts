import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import type { ModelRegistry } from "../models/index.ts";
import { changesBetween } from "./changes.ts";
import type { MigrationFile } from "./migration-file.ts";
import { readMigrations } from "./migration-files.ts";
import { type MigrationStep, migrationSteps, referencesOf } from "./migration-steps.ts";
import { migrationText } from "./migration-writer.ts";
import type { Dependency, ModelState } from "./operations.ts";
import { stateOfFiles } from "./plan.ts";
import { stateOfModels } from "./state.ts";

export interface MakeMigrationsOptions {
  readonly registry: ModelRegistry;
  readonly folder: string;
  /** The name after the number. Default: "initial", or the new models' names. */
  readonly name?: string;
  /** Whether files are only planned, not written. Default false. */
  readonly isDryRun?: boolean;
}

/** A migration file that was written, or would be. */
export interface WrittenMigration {
  readonly appLabel: string;
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** The models whose tables it makes. */
  readonly models: readonly string[];
}

/**
 * Writes migrations for the models that have no table yet; never over a file that is there.
 *
 * @throws {ImproperlyConfigured} when models changed in another way: this version makes new tables alone, and leaving a
 *   change out would let models and tables drift apart unseen.
 */
export async function makeMigrations(options: MakeMigrationsOptions): Promise<readonly WrittenMigration[]> {
  const { registry, folder, name, isDryRun = false } = options;
  if (name !== undefined && !/^[a-z0-9_]{1,60}$/.test(name)) {
    throw new ImproperlyConfigured(
      `--name "${name}": a migration's name has lower-case letters, digits and underscores, up to 60.`,
    );
  }
  const files = await readMigrations(folder, registry.user.model.name);
  const { created, others } = changesBetween(stateOfFiles(files, registry), stateOfModels(registry));
  if (others.length > 0) {
    throw new ImproperlyConfigured(
      `Models changed in ways for which this version writes no migration; it makes new tables alone:\n${listed(others)}`,
    );
  }
  const steps = migrationSteps(created, registry.user.model.name);
  const written = planned(steps, files, options).map(({ appLabel, name, path, dependencies, models }) => ({
    appLabel,
    name,
    path,
    text: migrationText(dependencies, models),
    models: models.map((model) => model.name),
  }));
  if (!isDryRun) {
    for (const { path, text } of written) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { flag: "wx" });
    }
  }
  return written;
}

/** The migrations that would be written for a project that has none: for a database that is not kept. */
export function migrationsOfModels(registry: ModelRegistry): readonly MigrationFile[] {
  const { created } = changesBetween(stateOfFiles([], registry), stateOfModels(registry));
  const steps = migrationSteps(created, registry.user.model.name);
  return planned(steps, [], { registry, folder: "" }).map(({ appLabel, name, path, dependencies, models }) => ({
    appLabel,
    name,
    key: `${appLabel}.${name}`,
    path,
    migration: { dependencies, operations: models.map((model) => ({ type: "createModel", model })) },
  }));
}

/** What changed in the models and is in no migration, a line a change; empty when there is nothing. */
export async function unwrittenChanges({
  registry,
  folder,
}: Pick<MakeMigrationsOptions, "registry" | "folder">): Promise<readonly string[]> {
  const files = await readMigrations(folder, registry.user.model.name);
  const { created, others } = changesBetween(stateOfFiles(files, registry), stateOfModels(registry));
  return [...created.map((model) => `${model.name} has no table yet`), ...others];
}

interface PlannedMigration extends MigrationStep {
  readonly name: string;
  readonly path: string;
  readonly dependencies: readonly Dependency[];
}

function planned(
  steps: readonly MigrationStep[],
  files: readonly MigrationFile[],
  { folder, name, registry }: MakeMigrationsOptions,
): readonly PlannedMigration[] {
  const userName = registry.user.model.name;
  const makers = new Map<string, Dependency>();
  const last = new Map<string, string>();
  for (const { appLabel, name: own, migration } of files) {
    last.set(appLabel, own);
    for (const { model } of migration.operations) makers.set(model.name, [appLabel, own]);
  }
  return steps.map(({ appLabel, models }) => {
    const before = last.get(appLabel);
    const number = String(Number(before?.slice(0, 4) ?? 0) + 1).padStart(4, "0");
    const fileName = `${number}_${name ?? (before === undefined ? "initial" : nameFor(models))}`;
    const needed = new Map<string, Dependency>(before === undefined ? [] : [[before, [appLabel, before]]]);
    for (const to of models.flatMap((model) => referencesOf(model, userName))) {
      const maker = makers.get(to);
      if (maker && maker[0] !== appLabel) needed.set(maker.join("."), maker);
    }
    last.set(appLabel, fileName);
    for (const model of models) makers.set(model.name, [appLabel, fileName]);
    return {
      appLabel,
      name: fileName,
      path: join(folder, appLabel, `${fileName}.ts`),
      dependencies: [...needed.values()],
      models,
    };
  });
}

/** The new models' names as far as they fit into Django's 52 characters. */
function nameFor(models: readonly ModelState[]): string {
  let name = "";
  for (const model of models) {
    const next = `${name}${name && "_"}${model.name.slice(model.name.indexOf(".") + 1).toLowerCase()}`;
    if (name !== "" && next.length > 52) return `${name}_and_more`;
    name = next;
  }
  return name;
}

function listed(lines: readonly string[]): string {
  return lines.map((line) => `  - ${line}`).join("\n");
}
