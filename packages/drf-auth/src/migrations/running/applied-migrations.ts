import { djangoMigrationsOf, djangoState } from "./django-migrations.ts";
import type { MigrationContext } from "./migrate.ts";
import { halfDoneOf, sentenceOfHalf } from "./half-done.ts";
import { readMigrations } from "../files/migration-files.ts";
import { appOf } from "../operations.ts";
import { dependencyOn, isOwnMigration, ownState, pendingOwnMigrations } from "./own-migrations.ts";
import { baseState } from "./plan.ts";
import { Recorder } from "./recorder.ts";

/** A migration, and what the database knows of it. */
export interface AppliedMigration {
  readonly appLabel: string;
  readonly name: string;
  readonly isApplied: boolean;
  /** Whether the database has applied it and its file is gone. */
  readonly isLost: boolean;
  /** How far it came where it was left half done, as in "1 of 3 steps done". */
  readonly halfDone?: string;
}

/** Every migration of the project, of Django's own applications and of ours, in the order of each application. */
export async function appliedMigrations({
  database,
  registry,
  folder,
}: MigrationContext): Promise<readonly AppliedMigration[]> {
  const files = await readMigrations(folder, registry.user.model.name, { mayFork: true });
  const ofDjango = await new Recorder(database, "django_migrations").applied();
  const applied = await new Recorder(database, "drf_auth_migrations").applied();
  const left = await halfDoneOf(database, files, baseState(registry));
  const known = (appLabel: string, name: string, from = applied): AppliedMigration => ({
    appLabel,
    name,
    isApplied: from.has(`${appLabel}.${name}`),
    isLost: false,
  });
  const djangoApps = [...new Set([...djangoState(registry).values()].map(appOf))];
  const keys = new Set(files.map(({ key }) => key));
  const lost = [...applied].filter((key) => !keys.has(key) && !isOwnMigration(key)).map((key) => key.split("."));
  const all = [
    ...djangoApps.flatMap((app) => djangoMigrationsOf(app).map((name) => known(app, name, ofDjango))),
    ...pendingOwnMigrations(ownState(registry), new Set()).map(({ migration }) => known(...dependencyOn(migration))),
    ...files.map(({ appLabel, name }) => known(appLabel, name)),
    ...lost.map(([appLabel = "", name = ""]) => ({ appLabel, name, isApplied: true, isLost: true })),
  ];
  const marked = all.map((one) => {
    const half = left.find(({ appLabel, name }) => appLabel === one.appLabel && name === one.name);
    return half ? { ...one, halfDone: sentenceOfHalf(half) } : one;
  });
  return marked.toSorted((one, other) => (one.appLabel < other.appLabel ? -1 : one.appLabel > other.appLabel ? 1 : 0));
}
