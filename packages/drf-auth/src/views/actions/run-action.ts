import type { Request } from "../../http/index.ts";
import type { Model, QuerySet } from "../../models/index.ts";
import { isSafe } from "../../policies/index.ts";
import { serializerOf } from "../../serializers/index.ts";
import type { Action } from "./action.ts";
import type { ActionServices } from "./action-services.ts";
import { finder } from "./find-object.ts";
import { listed } from "./list.ts";
import { inTransaction, represented, store, validationContext } from "./saving.ts";
import { settled } from "./update.ts";

/** Runs an action of the list. */
export function runListAction(services: ActionServices, { options, handle }: Action): (request: Request) => unknown {
  const validate = validation(services, options.input);
  const whole = listed({ ...services, pagination: undefined });
  const paged = listed(services);
  return async (request) => {
    const validatedData = await (await validate(request))();
    const context = services.context(request);
    const query = services.rows(context);
    const represent = (rows: QuerySet<Model>) => whole(rows, request);
    const paginate = (rows: QuerySet<Model>) => paged(rows, request);
    return handle({ ...context, query, validatedData, represent, paginate } as never);
  };
}

/** Runs an action of one object; where it may change something, in one transaction with finding the object. */
export function runDetailAction(services: ActionServices, { options, handle }: Action): (request: Request) => unknown {
  const find = finder(services);
  const validate = validation(services, options.input);
  return async (request) => {
    const validated = await validate(request);
    const work = async () => {
      const { key, object } = await find(request);
      const validatedData = await validated();
      const context = services.context(request);
      const represent = () => represented(services, key, request);
      const save = async (values: Readonly<Record<string, unknown>>) => {
        await store(services, key, values);
        return represent();
      };
      const query = services.rows(context);
      return handle({ ...context, object: object(), query, validatedData, represent, save } as never);
    };
    return isSafe(request) ? work() : inTransaction(services, work);
  };
}

/** Reads the body at once, and validates when asked: after the object was found. */
function validation(
  services: ActionServices,
  input: Action["options"]["input"],
): (request: Request) => Promise<() => Promise<unknown>> {
  if (!input) return async () => async () => undefined;
  const { bound } = serializerOf(input);
  return async (request) => {
    const body = await settled(request.data());
    return async () => bound.validate(body(), validationContext(services, request));
  };
}
