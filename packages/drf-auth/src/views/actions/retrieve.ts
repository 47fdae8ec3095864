import type { Request } from "../../http/index.ts";
import type { ActionServices } from "./action-services.ts";
import { finder } from "./find-object.ts";

/** Represents the one row that the address names. */
export function retrieve(services: ActionServices): (request: Request) => Promise<unknown> {
  const find = finder(services);
  return async (request) => services.serializer.represent((await find(request)).values);
}
