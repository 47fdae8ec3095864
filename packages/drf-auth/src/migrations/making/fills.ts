import { currentDay, currentTime, fieldKinds, type ModelRegistry } from "../../models/index.ts";
import type { FillOf } from "./change-detection.ts";
import { fillingAt } from "./given-fills.ts";
import type { Fill } from "../operations.ts";
import { stateOfModels } from "../states/state.ts";

/** What a model itself says of rows that are there: a default, the clock, or nothing where a text may be blank. */
export function fillsOf(registry: ModelRegistry): FillOf {
  const state = stateOfModels(registry);
  return (modelName, name) => {
    const field = registry.metas.find(({ model }) => model.name === modelName)?.fieldsByName.get(name);
    if (!field) return undefined;
    const { options, kind } = field;
    const { autoNow, autoNowAdd, blank, default: standing, unique } = options;
    if (autoNow || autoNowAdd || (kind === "dateTime" && standing === "now")) {
      return kind === "date" ? currentDay() : currentTime();
    }
    // Each row would need one of its own.
    if (unique) return undefined;
    const value: unknown = typeof standing === "function" ? (standing as () => unknown)() : standing;
    if (value !== undefined) {
      const { isRight } = fillingAt(`${modelName}.${name}`, state, registry.user.model.name);
      return isFill(value) && isRight(value) ? value : undefined;
    }
    return blank && fieldKinds[kind].isText ? "" : undefined;
  };
}

function isFill(value: unknown): value is Fill {
  return ["bigint", "boolean", "number", "object", "string"].includes(typeof value) && value !== null;
}
