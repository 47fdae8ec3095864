import { inverseOf } from "./inverse.ts";
import type { AlterField, Operation } from "../operations.ts";
import type { Step } from "../schema/schema-editor.ts";
import type { ProjectState } from "./state.ts";
import { stateAfter } from "./state-after.ts";

/** The steps that operations are, from a state on. */
export function stepsOf(from: ProjectState, operations: readonly Operation[], where: string): readonly Step[] {
  const end = stateAfter(from, operations, where);
  let state = from;
  return operations.map((operation) => {
    const before = state;
    state = stateAfter(state, [operation], where);
    return { operation, before, after: state, end };
  });
}

/** The steps that undo some steps, the last first. */
export function undoing(steps: readonly Step[], where: string): readonly Step[] {
  const [first] = steps;
  if (!first) return [];
  return steps.toReversed().flatMap(({ operation, before, after }) => {
    let state = after;
    return inverseOf(operation, before, where).map((inverse) => {
      const found = state;
      state = stateAfter(state, [inverse], where, { mayDangle: true });
      return { operation: inverse, before: found, after: state, end: first.before };
    });
  });
}

/** What a step does, as a sentence goes on: "adds words.Word.title". What is lost with it is said. */
export function sentenceOf({ operation, before }: Pick<Step, "operation"> & Partial<Pick<Step, "before">>): string {
  switch (operation.type) {
    case "createModel":
      return `makes the table of ${operation.model.name}`;
    case "deleteModel":
      return `removes ${operation.name}, and LOSES ITS ROWS`;
    case "renameModel":
      return `renames ${operation.name} to ${operation.to}`;
    case "addField":
      return `adds ${fieldOf(operation)}`;
    case "removeField":
      return `removes ${fieldOf(operation)}, and LOSES WHAT IS IN IT`;
    case "alterField":
      return `alters ${fieldOf(operation)}${losesDigits(operation, before) ? ", and LOSES DIGITS" : ""}`;
    case "renameField":
      return `renames ${fieldOf(operation)} to ${operation.to}`;
    case "alterUniqueTogether":
      return `says anew what is unique together in ${operation.model}`;
    case "addIndex":
      return `adds the index ${operation.index.name} to ${operation.model}`;
    case "removeIndex":
      return `removes the index ${operation.name} of ${operation.model}`;
    case "addConstraint":
      return `adds the constraint ${operation.constraint.name} to ${operation.model}`;
    case "removeConstraint":
      return `removes the constraint ${operation.name} of ${operation.model}`;
    case "alterTable":
      return `stores ${operation.model} in ${operation.table}`;
    case "runCode":
      return "runs code";
    case "runSql":
      return "runs SQL";
  }
}

function losesDigits({ model, name, field }: AlterField, before: ProjectState | undefined): boolean {
  return (before?.get(model)?.fields[name]?.decimalPlaces ?? 0) > (field.decimalPlaces ?? Infinity);
}

function fieldOf({ model, name }: { readonly model: string; readonly name: string }): string {
  return `${model}.${name}`;
}
