import { appOf, type Dependency, fieldsOf, type Operation } from "../operations.ts";
import type { ProjectState } from "../states/state.ts";
import { stateAfter } from "../states/state-after.ts";

/** What is known of a migration, written or not. */
export interface AppMigration {
  readonly appLabel: string;
  readonly name: string;
  readonly operations: readonly Operation[];
}

/**
 * The last migration of each other application that refers to a model which an operation renames or removes, or lets go
 * of it: before these the model must have its name still.
 */
export function referringTo(
  operation: Operation,
  migrations: readonly AppMigration[],
  userName: string,
): readonly Dependency[] {
  if (operation.type !== "renameModel" && operation.type !== "deleteModel") return [];
  const isUser = operation.name === userName || (operation.type === "renameModel" && operation.to === userName);
  const appLabel = appOf(operation);
  const found = new Map<string, Dependency>();
  let name = operation.name;
  for (const { before, after, ...migration } of withStates(migrations).toReversed()) {
    const names = new Set(isUser ? [name, "user"] : [name]);
    const other = migration.appLabel;
    const isAbout =
      migration.operations.flatMap(fieldsOf).some(({ to }) => to !== undefined && names.has(to)) ||
      references(before, other, names).join() !== references(after, other, names).join();
    if (other !== appLabel && !found.has(other) && isAbout) found.set(other, [other, migration.name]);
    for (const one of migration.operations.toReversed()) {
      if (one.type === "renameModel" && one.to === name) ({ name } = one);
    }
  }
  return [...found.values()];
}

interface States {
  readonly before: ProjectState;
  readonly after: ProjectState;
}

function withStates(migrations: readonly AppMigration[]): readonly (AppMigration & States)[] {
  let state: ProjectState = new Map();
  return migrations.map((migration) => {
    const before = state;
    state = stateAfter(state, migration.operations, `${migration.appLabel}.${migration.name}`);
    return { ...migration, before, after: state };
  });
}

/** The fields of an application that refer to a model. */
function references(state: ProjectState, appLabel: string, names: ReadonlySet<string>): readonly string[] {
  return [...state.values()]
    .filter((model) => appOf(model) === appLabel)
    .flatMap(({ name: model, fields }) =>
      Object.entries(fields).flatMap(([name, { to }]) =>
        to !== undefined && names.has(to) ? [`${model}.${name}`] : [],
      ),
    )
    .toSorted();
}
