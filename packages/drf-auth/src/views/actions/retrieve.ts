import type { Request } from "../../http/index.ts";
import type { ActionServices } from "./action-services.ts";
import { finder } from "./find-object.ts";

/** Represents the one row that the address names. */
export function retrieve(services: ActionServices): (request: Request) => Promise<unknown> {
  const find = finder(services);
  const { serializer } = services;
  const width = serializer.selection.paths.length;
  return async (request) => {
    const { values } = await find(request);
    if (!serializer.isCompleted) return serializer.represent(values, request);
    const [whole = values] = await serializer.complete([values.slice(0, width)], services.database);
    return serializer.represent(whole, request);
  };
}
