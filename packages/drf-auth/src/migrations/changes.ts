import { isDeepStrictEqual } from "node:util";
import { ImproperlyConfigured } from "../errors.ts";
import { isDjangoApp } from "./django-migrations.ts";
import type { ModelState } from "./operations.ts";
import type { ProjectState } from "./state.ts";

/**
 * Finds the models that have no table yet, those first to which others refer.
 *
 * @throws {ImproperlyConfigured} when anything else changed: this version writes new tables alone, and leaving a change
 *   out would let models and tables drift apart unseen.
 */
export function newModels(from: ProjectState, to: ProjectState): readonly ModelState[] {
  const differences = [...alteredModels(from, to), ...removedModels(from, to)];
  if (differences.length > 0) {
    throw new ImproperlyConfigured(
      `Models changed in ways that this version writes no migration for (it makes new tables alone):\n` +
        differences.map((line) => `  - ${line}`).join("\n"),
    );
  }
  return byReference([...to.values()].filter(({ name }) => !from.has(name)));
}

function alteredModels(from: ProjectState, to: ProjectState): string[] {
  return [...to.values()].flatMap((model) => {
    const before = from.get(model.name);
    if (!before || isDjangoApp(appOf(model))) return [];
    const names = new Set([...Object.keys(before.fields), ...Object.keys(model.fields)]);
    const fields = [...names].flatMap((name) => {
      const [old, now] = [before.fields[name], model.fields[name]];
      if (isDeepStrictEqual({ ...old }, { ...now })) return [];
      return `${model.name}.${name} was ${old ? (now ? "changed" : "removed") : "added"}`;
    });
    const isRenamed = before.table !== model.table ? [`${model.name} moved from table ${before.table} to ${model.table}`] : [];
    const isRuled = isDeepStrictEqual(before.uniqueTogether, model.uniqueTogether) ? [] : [`${model.name}: uniqueTogether changed`];
    return [...fields, ...isRenamed, ...isRuled];
  });
}

function removedModels(from: ProjectState, to: ProjectState): string[] {
  return [...from.values()].filter(({ name }) => !to.has(name)).map(({ name }) => `${name} was removed`);
}

function byReference(models: readonly ModelState[]): readonly ModelState[] {
  const waiting = new Map(models.map((model) => [model.name, model]));
  const sorted: ModelState[] = [];
  const visit = (model: ModelState): void => {
    // SQLite does not ask whether the other table is there: in a circle either may come first.
    if (!waiting.delete(model.name)) return;
    for (const { to } of Object.values(model.fields)) {
      const other = to === undefined ? undefined : waiting.get(to);
      if (other) visit(other);
    }
    sorted.push(model);
  };
  for (const model of models) visit(model);
  return sorted;
}

export function appOf({ name }: Pick<ModelState, "name">): string {
  return name.slice(0, name.indexOf("."));
}
