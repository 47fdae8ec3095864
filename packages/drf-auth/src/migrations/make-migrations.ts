import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import type { ModelRegistry } from "../models/index.ts";
import { appOf, newModels } from "./changes.ts";
import { isDjangoApp } from "./django-migrations.ts";
import { stateOfFiles } from "./migrate.ts";
import { type MigrationFile, readMigrations } from "./migration-files.ts";
import { migrationText } from "./migration-writer.ts";
import type { Dependency, ModelState } from "./operations.ts";
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

/** Writes a migration an application for the models that have no table yet; never over a file that is there. */
export async function makeMigrations(options: MakeMigrationsOptions): Promise<readonly WrittenMigration[]> {
  const { registry, folder, isDryRun = false } = options;
  if (options.name !== undefined && !/^[a-z0-9_]+$/.test(options.name)) {
    throw new ImproperlyConfigured(`--name ${options.name}: a migration's name has lower-case letters, digits and underscores.`);
  }
  const files = await readMigrations(folder);
  const models = newModels(stateOfFiles(files, registry), stateOfModels(registry)).filter((model) => !isDjangoApp(appOf(model)));
  const written = planned(models, files, options);
  if (!isDryRun) {
    for (const { path, text } of written) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { flag: "wx" });
    }
  }
  return written;
}

function planned(
  models: readonly ModelState[],
  files: readonly MigrationFile[],
  { folder, name, registry }: MakeMigrationsOptions,
): WrittenMigration[] {
  const appLabels = [...new Set(models.map(appOf))];
  const names = new Map(
    appLabels.map((app) => {
      const last = files.findLast((file) => file.appLabel === app);
      const own = models.filter((model) => appOf(model) === app);
      const number = String(Number(last?.name.slice(0, 4) ?? 0) + 1).padStart(4, "0");
      return [app, `${number}_${name ?? (last ? own.map(shortName).join("_").slice(0, 60) : "initial")}`];
    }),
  );
  return appLabels.map((app) => {
    const own = models.filter((model) => appOf(model) === app);
    const fileName = names.get(app) ?? "";
    const dependencies = dependenciesOf(app, own, files, names, registry);
    return {
      appLabel: app,
      name: fileName,
      path: join(folder, app, `${fileName}.ts`),
      text: migrationText(dependencies, own),
      models: own.map((model) => model.name),
    };
  });
}

/** The migration before it, and those that make the tables to which it refers. */
function dependenciesOf(
  app: string,
  models: readonly ModelState[],
  files: readonly MigrationFile[],
  names: ReadonlyMap<string, string>,
  registry: ModelRegistry,
): Dependency[] {
  const last = files.findLast((file) => file.appLabel === app);
  const others = models.flatMap((model) => Object.values(model.fields)).flatMap(({ to }) => {
    const target = to === "user" ? registry.user.model.name : to;
    return target === undefined ? [] : [target.slice(0, target.indexOf("."))];
  });
  const needed = [...new Set(others)].filter((other) => other !== app && !isDjangoApp(other));
  const made = needed.flatMap((other): Dependency[] => {
    const name = names.get(other) ?? files.findLast((file) => file.appLabel === other)?.name;
    return name === undefined ? [] : [[other, name]];
  });
  return [...(last ? [[app, last.name] as const] : []), ...made];
}

function shortName({ name }: ModelState): string {
  return name.slice(name.indexOf(".") + 1).toLowerCase();
}
