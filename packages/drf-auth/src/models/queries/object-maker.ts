import type { RowValues } from "../../database/index.ts";

type Step = (value: never) => unknown;

/** Makes an object of the values of a row: each under its name, as its step makes it; null stays null. */
export type ObjectMaker = (values: RowValues) => Record<string, unknown>;

/**
 * Makes the function that makes objects of some names.
 *
 * It is written out for the names, so that the engine sees one shape of object and each step at a place of its own: a
 * loop over names takes twice as long. Where the process forbids code from text, the loop does the same.
 */
export function objectMaker(names: readonly string[], steps: readonly (Step | undefined)[]): ObjectMaker {
  return writtenOut(names, steps) ?? looped(names, steps);
}

function writtenOut(names: readonly string[], steps: readonly (Step | undefined)[]): ObjectMaker | undefined {
  // In a literal this name is no name but the prototype.
  if (names.includes("__proto__")) return undefined;
  const properties = names.map((name, index) => {
    const value = `values[${index}]`;
    return `${JSON.stringify(name)}: ${steps[index] ? `${value} === null ? null : step${index}(${value})` : value}`;
  });
  const given = steps.flatMap((step, index) => (step ? [{ name: `step${index}`, step }] : []));
  const text = `return (values) => ({ ${properties.join(", ")} });`;
  try {
    // Names are quoted, and nothing of a request is in them.
    const make = new Function(...given.map(({ name }) => name), text) as (...steps: Step[]) => ObjectMaker;
    return make(...given.map(({ step }) => step));
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

function looped(names: readonly string[], steps: readonly (Step | undefined)[]): ObjectMaker {
  return (values) => {
    const entries = names.map((name, index) => {
      const value = values[index] ?? null;
      const step = value === null ? undefined : steps[index];
      return [name, step ? step(value as never) : value] as const;
    });
    return Object.fromEntries(entries);
  };
}
