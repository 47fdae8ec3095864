import { ImproperlyConfigured } from "../../errors.ts";
import { isDjangoApp } from "../running/django-migrations.ts";
import type { MigrationFile } from "./migration-file.ts";
import { makerOfUser } from "../states/names-of-user.ts";
import { fieldsOf } from "../operations.ts";

export interface OrderOptions {
  /** Whether an application's migrations may have several ends. Default false. */
  readonly mayFork?: boolean;
}

/** Sorts migrations so that each comes after those that it needs; else in the order in which they were given. */
export function inOrder(
  files: readonly MigrationFile[],
  userName: string,
  { mayFork = false }: OrderOptions = {},
): readonly MigrationFile[] {
  const done = new Set<MigrationFile>();
  const visit = (file: MigrationFile, way: readonly MigrationFile[]): void => {
    if (done.has(file)) return;
    if (way.includes(file)) {
      const circle = [...way.slice(way.indexOf(file)), file].map(({ key }) => key);
      throw new ImproperlyConfigured(`Migrations need each other in a circle: ${circle.join(" → ")}.`);
    }
    for (const needed of neededBy(file, files, userName)) visit(needed, [...way, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  if (!mayFork) refuseForks(files);
  return [...done];
}

/** The migrations that one needs directly: those it names, and the user model's where it refers to "user". */
export function neededBy(
  { key, path, migration }: MigrationFile,
  files: readonly MigrationFile[],
  userName: string,
): readonly MigrationFile[] {
  const named = migration.dependencies.flatMap(([appLabel, name]) => {
    if (isDjangoApp(appLabel)) return [];
    const found = files.find((file) => file.key === `${appLabel}.${name}`);
    if (found) return [found];
    throw new ImproperlyConfigured(`${path} needs ${appLabel}.${name}, and there is no such migration.`);
  });
  const isOfUser = migration.operations.some((operation) => fieldsOf(operation).some(({ to }) => to === "user"));
  // A user model that was replaced later is named in no file that was written before.
  const user = isOfUser ? makerOfUser(files, userName) : undefined;
  return user && user.key !== key ? [...named, user] : named;
}

/** Two migrations of an application that nothing follows come from two branches of work: which is first must be said. */
function refuseForks(files: readonly MigrationFile[]): void {
  for (const appLabel of new Set(files.map((file) => file.appLabel))) {
    const last = endsOf(appLabel, files);
    if (last.length > 1) {
      throw new ImproperlyConfigured(
        `The migrations of "${appLabel}" end in ${last.join(" and ")}, which is first nobody says. Run npx drf-auth ` +
          "makemigrations --merge, or write an empty migration that depends on both: `dependencies: " +
          `[${last.map((name) => `["${appLabel}", "${name}"]`).join(", ")}], operations: []\`.`,
      );
    }
  }
}

/** The migrations of an application that no other of it follows. */
export function endsOf(appLabel: string, files: readonly MigrationFile[]): readonly string[] {
  const own = files.filter((file) => file.appLabel === appLabel);
  const followed = new Set(
    own.flatMap(({ migration }) => migration.dependencies.filter(([app]) => app === appLabel).map(([, name]) => name)),
  );
  return own.filter(({ name }) => !followed.has(name)).map(({ name }) => name);
}
