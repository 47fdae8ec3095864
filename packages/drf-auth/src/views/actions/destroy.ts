import { type Request, Response } from "../../http/index.ts";
import type { ActionServices } from "./action-services.ts";
import { finder } from "./find-object.ts";
import { inTransaction } from "./saving.ts";

/** Deletes the one row that the address names in one transaction. */
export function destroy(services: ActionServices): (request: Request) => Promise<Response> {
  const find = finder(services);
  return (request) =>
    inTransaction(services, async () => {
      const { key, object } = await find(request);
      await services.checkMatch(request, key);
      const own = services.all.filter({ [services.meta.primaryKey.name]: key } as never);
      const remove = async () => void (await own.delete());
      await services.performDestroy(remove, { ...services.context(request), object: object() });
      return new Response(undefined, { status: 204 });
    });
}
