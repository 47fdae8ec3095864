import { isDeepStrictEqual } from "node:util";
import { defaultIndexName } from "../../models/index.ts";
import type { ModelRule } from "../states/model-rule.ts";
import { columnNameOf, type IndexState, type ModelState, type Operation } from "../operations.ts";

/** What makes the indexes and constraints of one state those of another: what goes first, and what comes last. */
export function changedRules(
  from: ModelState,
  to: ModelState,
): { readonly gone: readonly Operation[]; readonly come: readonly Operation[] } {
  const model = to.name;
  const isSame = (old: ModelRule, now: ModelRule): boolean =>
    isDeepStrictEqual(old, now) ||
    (hasDefaultName(now, to) && isDeepStrictEqual({ ...old, name: "" }, { ...now, name: "" }));
  const isGone = (old: ModelRule): boolean => ![...to.indexes, ...to.constraints].some((now) => isSame(old, now));
  const isNew = (now: ModelRule): boolean => ![...from.indexes, ...from.constraints].some((old) => isSame(old, now));
  return {
    gone: [
      ...from.constraints.filter(isGone).map(({ name }): Operation => ({ type: "removeConstraint", model, name })),
      ...from.indexes.filter(isGone).map(({ name }): Operation => ({ type: "removeIndex", model, name })),
    ],
    come: [
      ...to.indexes.filter(isNew).map((index): Operation => ({ type: "addIndex", model, index })),
      ...to.constraints.filter(isNew).map((constraint): Operation => ({ type: "addConstraint", model, constraint })),
    ],
  };
}

/** Whether nobody has named it: what it was called when its table had another name does not matter then. */
function hasDefaultName(rule: ModelRule, { table, fields }: ModelState): boolean {
  if (!("fields" in rule)) return false;
  const columns = rule.fields.map((text) => {
    const name = text.replace(/^-/, "");
    const field = fields[name];
    return `${text.startsWith("-") ? "-" : ""}${field ? columnNameOf(name, field) : name}`;
  });
  return rule.name === defaultIndexName(table, columns);
}

/**
 * The indexes of a model, of which none that nobody has named is called as one that is there: that has kept its name where its
 * table or a column has another now.
 */
export function withFreeNames(model: ModelState, taken: ReadonlySet<string>): ModelState {
  return { ...model, indexes: model.indexes.map((index) => withFreeName(index, model, taken)) };
}

/** An index under a name that no other has, unless it was named. */
export function withFreeName(index: IndexState, model: ModelState, taken: ReadonlySet<string>): IndexState {
  if (!taken.has(index.name) || !hasDefaultName(index, model)) return index;
  let name = index.name;
  for (let count = 2; taken.has(name); count += 1) name = index.name.replace(/.{2}_idx$/, `_${count}_idx`);
  return { ...index, name };
}
