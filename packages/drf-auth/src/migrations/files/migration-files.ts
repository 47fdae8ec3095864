import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ImproperlyConfigured } from "../../errors.ts";
import { ownAppLabel } from "../../models/index.ts";
import { isDjangoApp } from "../running/django-migrations.ts";
import { type MigrationFile, readMigrationFile } from "./migration-file.ts";
import { inOrder, type OrderOptions } from "./migration-order.ts";
import { withNamesOfUser } from "../states/names-of-user.ts";

/**
 * Reads `<folder>/<app label>/0001_initial.ts` and the like, in an order in which each comes after what it needs.
 *
 * @throws {ImproperlyConfigured} when a file is no migration, or when what they need of each other cannot be.
 */
export async function readMigrations(
  folder: string,
  userName: string,
  options: OrderOptions = {},
): Promise<readonly MigrationFile[]> {
  const files: MigrationFile[] = [];
  for (const appLabel of foldersIn(folder)) {
    for (const [name, path] of filesIn(join(folder, appLabel))) {
      if (isDjangoApp(appLabel))
        throw new ImproperlyConfigured(`${path}: the tables of "${appLabel}" are Django's own.`);
      if (appLabel === ownAppLabel)
        throw new ImproperlyConfigured(`${path}: "${appLabel}" is the label of our own tables.`);
      files.push(await readMigrationFile(appLabel, name, path));
    }
  }
  return withNamesOfUser(inOrder(files, userName, options), userName);
}

function foldersIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function filesIn(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const filename of readdirSync(folder).sort()) {
    if (!/\.[jt]s$/.test(filename) || filename.endsWith(".d.ts")) continue;
    const path = join(folder, filename);
    const name = /^(\d{4}_[a-z0-9_]+)\.[jt]s$/.exec(filename)?.[1];
    if (name === undefined) {
      throw new ImproperlyConfigured(`${path}: a migration's file has four digits and a name, such as 0002_tag.ts.`);
    }
    const twin = found.get(name);
    if (twin) throw new ImproperlyConfigured(`${twin} and ${path} are the same migration twice. Remove one.`);
    found.set(name, path);
  }
  return found;
}
