import { type Request, Response } from "../../http/index.ts";
import type { ActionServices } from "./action-services.ts";
import { inTransaction, represented, savingOf, storeNew, validationContext } from "./saving.ts";

/** Makes a row in one transaction: validated, saved, represented. */
export function create(services: ActionServices): (request: Request) => Promise<Response> {
  const { serializer } = services;
  return async (request) => {
    const body = await request.data();
    const context = services.context(request);
    return inTransaction(services, async () => {
      const validatedData = await serializer.validate(body, validationContext(services, request));
      const saving = savingOf(validatedData, (values) => storeNew(services, request, values));
      await services.performCreate(saving, context);
      const data = await represented(services, saving.key("performCreate"), request);
      return new Response(data, { status: 201, headers: locationOf(data) });
    });
  };
}

/** Where the new row is, if what is shown of it says so, as DRF does with a field of that name. */
function locationOf(shown: unknown): Readonly<Record<string, string>> {
  const url = typeof shown === "object" && shown !== null && "url" in shown ? shown.url : undefined;
  return typeof url === "string" && url !== "" ? { Location: encodeURI(url).replaceAll("%25", "%") } : {};
}
