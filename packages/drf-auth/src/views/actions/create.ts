import { type Request, Response } from "../../http/index.ts";
import type { ActionServices } from "./action-services.ts";
import { NewRow } from "./new-row.ts";
import { type AnyRow, refusingRepeats, represented, validationContext } from "./saving.ts";

/** Makes a row, all or nothing of it: validated, saved, represented. */
export function create(services: ActionServices): (request: Request) => Promise<Response> {
  const { serializer } = services;
  return async (request) => {
    const body = await request.data();
    const context = services.context(request);
    const validate = () => serializer.validate(body, validationContext(services, request));
    // Checks of one's own may hold rows until the end of the transaction.
    const valid = serializer.hasOwnChecks ? undefined : await validate();
    return refusingRepeats(services, async () => {
      const outcome = await services.database.transaction(async () => {
        const row = new NewRow(services, request, valid ?? (await validate()));
        const waiting = services.performCreate(row, context);
        const alone = row.leftAlone(waiting);
        if (alone) return { alone };
        await waiting;
        return { data: await represented(services, row.key, request) };
      });
      const data = "alone" in outcome ? await storedAlone(services, outcome.alone, request) : outcome.data;
      return new Response(data, { status: 201, headers: locationOf(data) });
    });
  };
}

async function storedAlone(services: ActionServices, values: AnyRow, request: Request): Promise<unknown> {
  const { all, serializer } = services;
  return serializer.represent(await all.insertAndSelect(values as never, serializer.selection), request);
}

/** Where the new row is, if what is shown of it says so, as DRF does with a field of that name. */
function locationOf(shown: unknown): Readonly<Record<string, string>> {
  const url = typeof shown === "object" && shown !== null && "url" in shown ? shown.url : undefined;
  return typeof url === "string" && url !== "" ? { Location: encodeURI(url).replaceAll("%25", "%") } : {};
}
