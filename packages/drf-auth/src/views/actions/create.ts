import { type Request, Response } from "../../http/index.ts";
import type { ActionServices } from "./action-services.ts";
import { inTransaction, represented, savingOf } from "./saving.ts";

/** Makes a row in one transaction: validated, saved, represented. */
export function create(services: ActionServices): (request: Request) => Promise<Response> {
  const { serializer, all, objects } = services;
  return async (request) => {
    const data = await request.data();
    const context = services.context(request);
    return inTransaction(services, async () => {
      const validatedData = await serializer.validate(data, { isPartial: false, instanceKey: undefined, objects });
      const saving = savingOf(validatedData, (values) => all.insert(values));
      await services.performCreate(saving, context);
      return new Response(await represented(services, saving.key("performCreate")), { status: 201 });
    });
  };
}
