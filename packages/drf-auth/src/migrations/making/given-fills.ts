import { ImproperlyConfigured } from "../../errors.ts";
import type { ModelRegistry } from "../../models/index.ts";
import { didYouMean } from "../../settings.ts";
import { type Filling, fillingOf } from "./filling.ts";
import type { FieldState, Fill } from "../operations.ts";
import { type ProjectState, stateOfModels } from "../states/state.ts";

/**
 * The value that a text stands for in a field: `words.Word.title`.
 *
 * @throws {ImproperlyConfigured} when there is no such field, or when it cannot hold that on both databases.
 */
export function fillFromText(registry: ModelRegistry, where: string, text: string): Fill {
  const filling = fillingAt(where, stateOfModels(registry), registry.user.model.name);
  const value = filling.read(text);
  if (value !== undefined && filling.isRight(value)) return value;
  throw new ImproperlyConfigured(`--fill ${where}=${text}: write ${filling.takes}.`);
}

/** Says what a field of a state may be filled with. */
export function fillingAt(where: string, state: ProjectState, userName: string): Filling {
  const at = where.lastIndexOf(".");
  const fields = state.get(where.slice(0, at))?.fields;
  const field = fields?.[where.slice(at + 1)];
  if (!fields || !field) {
    const known = fields ? Object.keys(fields) : [...state.keys()];
    const near = didYouMean(fields ? where.slice(at + 1) : where.slice(0, at), known);
    throw new ImproperlyConfigured(`--fill ${where}: there is no such field.${near}`);
  }
  return fillingOf(field, (to) => keyIn(state, to === "user" ? userName : to));
}

function keyIn(state: ProjectState, name: string): FieldState {
  const key = Object.values(state.get(name)?.fields ?? {}).find(({ primaryKey }) => primaryKey === true);
  if (key) return key;
  throw new TypeError(`${name} has no key.`);
}
