import { ImproperlyConfigured } from "../../errors.ts";
import { type ModelRegistry, ownAppLabel, ownModels } from "../../models/index.ts";
import { appOf, type Dependency, type ModelState } from "../operations.ts";
import { type ProjectState, stateOfModels } from "../states/state.ts";

/** One migration of the framework's own tables. */
export interface OwnMigration {
  readonly name: string;
  /** The models whose tables it makes. */
  readonly models: readonly string[];
}

/** The migrations of the framework's own tables, in their order. */
const ownMigrations: readonly OwnMigration[] = Object.freeze([
  { name: "0001_login_attempt", models: ["drf_auth.LoginAttempt"] },
  { name: "0002_throttle_hits", models: ["drf_auth.ThrottleHits"] },
]);

/**
 * The state that our own migrations lead to; nothing for a registry that was made without our models.
 *
 * @throws {ImproperlyConfigured} when a model of the project has our label.
 */
export function ownState(registry: ModelRegistry): ProjectState {
  const known = new Set(ownModels.map(({ name }) => name));
  const own = [...stateOfModels(registry)].filter(([, model]) => appOf(model) === ownAppLabel);
  for (const [name] of own) {
    if (known.has(name)) continue;
    throw new ImproperlyConfigured(
      `The model ${name} is in "${ownAppLabel}", the label of drf-auth's own tables. Give it a label of your project's.`,
    );
  }
  return new Map(own);
}

/** Our own migrations that are not applied, each with the models whose tables it makes. */
export function pendingOwnMigrations(
  state: ProjectState,
  applied: ReadonlySet<string>,
): readonly { readonly migration: OwnMigration; readonly models: readonly ModelState[] }[] {
  return ownMigrations.flatMap((migration) => {
    const models = migration.models.flatMap((name) => state.get(name) ?? []);
    return models.length === 0 || applied.has(keyOf(migration)) ? [] : [{ migration, models }];
  });
}

/** Tells whether an applied migration is one of ours, of this version or another, and so has no file in a project. */
export function isOwnMigration(key: string): boolean {
  return key.startsWith(`${ownAppLabel}.`);
}

/** `drf_auth.0001_login_attempt`, as a migration is named in messages. */
export function keyOf(migration: OwnMigration): string {
  return dependencyOn(migration).join(".");
}

/** The migration as the table of applied migrations records it. */
export function dependencyOn({ name }: OwnMigration): Dependency {
  return [ownAppLabel, name];
}
