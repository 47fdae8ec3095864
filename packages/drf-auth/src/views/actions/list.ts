import type { RowValues } from "../../database/index.ts";
import type { Request } from "../../http/index.ts";
import type { Model, QuerySet } from "../../models/index.ts";
import type { ActionServices } from "./action-services.ts";

/** Lists the rows that the query asks for, a page at a time where there is a pagination. */
export function list(services: ActionServices): (request: Request) => unknown {
  const { narrow } = services;
  const answer = listed(services);
  return (request) => {
    const rows = services.rows(services.context(request));
    const narrowed = narrow ? narrow(rows, request) : rows;
    return narrowed instanceof Promise ? narrowed.then((some) => answer(some, request)) : answer(narrowed, request);
  };
}

/** Represents rows as a list does. */
export function listed(services: ActionServices): (rows: QuerySet<Model>, request: Request) => unknown {
  const { serializer, pagination } = services;
  const represent = (row: RowValues) => serializer.represent(row);
  return (rows, request) => {
    if (pagination) {
      return pagination.paginate({
        request,
        count: () => countOf(rows.countValue()),
        rows: (window) => rows.select(serializer.selection, window),
        represent,
      });
    }
    const found = rows.select(serializer.selection);
    return found instanceof Promise ? found.then((all) => all.map(represent)) : found.map(represent);
  };
}

function countOf(rows: readonly RowValues[] | Promise<readonly RowValues[]>): number | Promise<number> {
  return rows instanceof Promise ? rows.then((found) => Number(found[0]?.[0])) : Number(rows[0]?.[0]);
}
