import { appOf, type ModelState, type Operation } from "../operations.ts";

/** Removes models that are gone, those first that refer to others. */
export function deletions(gone: readonly ModelState[]): Operation[] {
  const waiting = new Map(gone.map((model) => [model.name, model]));
  const operations: Operation[] = [];
  while (waiting.size > 0) {
    const isReferred = (name: string) =>
      [...waiting.values()].some((one) => one.name !== name && Object.values(one.fields).some(({ to }) => to === name));
    const free = [...waiting.values()].filter(({ name }) => !isReferred(name));
    if (free.length === 0) operations.push(...withoutReferences(waiting));
    // What is of one application stands together, for one migration.
    for (const { name } of [...Map.groupBy(free, appOf).values()].flat()) {
      waiting.delete(name);
      operations.push({ type: "deleteModel", name });
    }
  }
  return operations;
}

/** Models that refer to each other in a circle let go of the first of them. */
function withoutReferences(waiting: Map<string, ModelState>): Operation[] {
  const [first] = waiting.keys();
  const operations: Operation[] = [];
  for (const [model, state] of waiting) {
    const names = Object.keys(state.fields).filter((name) => state.fields[name]?.to === first && model !== first);
    for (const name of names) operations.push({ type: "removeField", model, name });
    const kept = Object.entries(state.fields).filter(([name]) => !names.includes(name));
    waiting.set(model, { ...state, fields: Object.fromEntries(kept) });
  }
  return operations;
}
