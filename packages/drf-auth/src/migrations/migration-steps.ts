import { ImproperlyConfigured } from "../errors.ts";
import { appOf, type ModelState } from "./operations.ts";

/** New models of one application that one migration can make. */
export interface MigrationStep {
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
export function migrationSteps(models: readonly ModelState[], userName: string): readonly MigrationStep[] {
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
export function referencesOf({ fields }: ModelState, userName: string): readonly string[] {
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
