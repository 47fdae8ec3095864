import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ImproperlyConfigured } from "../errors.ts";
import { isDjangoApp } from "./django-migrations.ts";
import type { Dependency, Migration } from "./operations.ts";

/** A migration that was read from its file. */
export interface MigrationFile {
  readonly appLabel: string;
  readonly name: string;
  readonly path: string;
  readonly migration: Migration;
}

const FILE = /^(\d{4}_[a-z0-9_]+)\.(?:ts|js)$/;

/** Reads `<folder>/<app label>/0001_initial.ts` and the like, in an order in which each comes after what it needs. */
export async function readMigrations(folder: string): Promise<readonly MigrationFile[]> {
  const files: MigrationFile[] = [];
  for (const appLabel of foldersIn(folder)) {
    for (const filename of readdirSync(join(folder, appLabel)).sort()) {
      const name = FILE.exec(filename)?.[1];
      if (name !== undefined) files.push(await read(appLabel, name, join(folder, appLabel, filename)));
    }
  }
  return ordered(files);
}

function foldersIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function read(appLabel: string, name: string, path: string): Promise<MigrationFile> {
  const loaded = (await import(pathToFileURL(path).href)) as { readonly default?: Partial<Migration> };
  const { dependencies, operations } = loaded.default ?? {};
  if (!Array.isArray(dependencies) || !Array.isArray(operations)) {
    throw new ImproperlyConfigured(`${path} exports no migration: write \`export default migration({ … })\` in it.`);
  }
  return { appLabel, name, path, migration: { dependencies, operations } };
}

function ordered(files: readonly MigrationFile[]): readonly MigrationFile[] {
  const byKey = new Map(files.map((file) => [keyOf([file.appLabel, file.name]), file]));
  const done = new Set<MigrationFile>();
  const visit = (file: MigrationFile, way: readonly MigrationFile[]): void => {
    if (done.has(file)) return;
    if (way.includes(file)) {
      const circle = [...way.slice(way.indexOf(file)), file].map((one) => `${one.appLabel}.${one.name}`);
      throw new ImproperlyConfigured(`Migrations need each other in a circle: ${circle.join(" → ")}.`);
    }
    for (const dependency of file.migration.dependencies) {
      if (isDjangoApp(dependency[0])) continue;
      const needed = byKey.get(keyOf(dependency));
      if (!needed) throw new ImproperlyConfigured(`${file.path} needs ${dependency.join(".")}, and there is no such migration.`);
      visit(needed, [...way, file]);
    }
    done.add(file);
  };
  for (const file of files) visit(file, []);
  refuseForks(files);
  return [...done];
}

/** Two migrations of an application that nothing follows come from two branches of work: which is first must be said. */
function refuseForks(files: readonly MigrationFile[]): void {
  for (const appLabel of new Set(files.map((file) => file.appLabel))) {
    const own = files.filter((file) => file.appLabel === appLabel);
    const followed = new Set(own.flatMap((file) => file.migration.dependencies.map(keyOf)));
    const last = own.filter((file) => !followed.has(keyOf([appLabel, file.name])));
    if (last.length > 1) {
      throw new ImproperlyConfigured(
        `The migrations of "${appLabel}" end in ${last.map((file) => file.name).join(" and ")}. Let one depend on the other.`,
      );
    }
  }
}

function keyOf([appLabel, name]: Dependency): string {
  return `${appLabel}.${name}`;
}
