import type { Request } from "../../http/index.ts";
import type { ActionServices } from "./action-services.ts";
import { finder } from "./find-object.ts";
import { inTransaction, represented, savingOf, storeChanged, validationContext } from "./saving.ts";

/** Changes the one row that the address names in one transaction; `isPartial` leaves out what was not sent. */
export function update(services: ActionServices, isPartial: boolean): (request: Request) => Promise<unknown> {
  const { serializer } = services;
  const find = finder(services);
  return async (request) => {
    // Read before the transaction, which must not wait for a slow client; judged after the row was found, as DRF does.
    const body = await settled(request.data());
    const context = services.context(request);
    return inTransaction(services, async () => {
      const { key, object } = await find(request);
      await services.checkMatch(request, key);
      const validation = validationContext(services, request, { isPartial, instanceKey: key });
      const validatedData = await serializer.validate(body(), validation);
      const saving = savingOf(validatedData, async (values) => {
        await storeChanged(services, request, { key, object }, values);
        return key as number | string;
      });
      await services.performUpdate(saving, { ...context, object: object() });
      return represented(services, key, request);
    });
  };
}

/** Waits for something, and gives what it came to, or raises it, when asked. */
export async function settled(pending: Promise<unknown>): Promise<() => unknown> {
  try {
    const value = await pending;
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
