import { type Request, Response } from "../../http/index.ts";
import type { ActionServices } from "./action-services.ts";
import { inTransaction, represented, savingOf, storeNew, validationContext } from "./saving.ts";

/** Makes a row in one transaction: validated, saved, represented. */
export function create(services: ActionServices): (request: Request) => Promise<Response> {
  const { serializer } = services;
  return async (request) => {
    const data = await request.data();
    const context = services.context(request);
    return inTransaction(services, async () => {
      const validatedData = await serializer.validate(data, validationContext(services, request));
      const saving = savingOf(validatedData, (values) => storeNew(services, request, values));
      await services.performCreate(saving, context);
      return new Response(await represented(services, saving.key("performCreate"), request), { status: 201 });
    });
  };
}
