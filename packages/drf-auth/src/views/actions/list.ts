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
  return (rows, request) => {
    const represent = (row: RowValues) => serializer.represent(row, request);
    if (pagination) {
      return pagination.paginate({
        request,
        query: rows,
        selection: serializer.selection,
        complete: (found) => completed(services, found),
        count: () => countOf(rows.countValue()),
        rows: (window) => completed(services, rows.select(serializer.selection, window)),
        represent,
      });
    }
    const found = completed(services, rows.select(serializer.selection));
    return found instanceof Promise ? found.then((all) => all.map(represent)) : found.map(represent);
  };
}

type Rows = readonly RowValues[] | Promise<readonly RowValues[]>;

/** Gives rows what the serializer needs of other tables. */
export function completed({ serializer, database }: ActionServices, rows: Rows): Rows {
  if (!serializer.isCompleted) return rows;
  return rows instanceof Promise
    ? rows.then((found) => serializer.complete(found, database))
    : serializer.complete(rows, database);
}

function countOf(rows: readonly RowValues[] | Promise<readonly RowValues[]>): number | Promise<number> {
  return rows instanceof Promise ? rows.then((found) => Number(found[0]?.[0])) : Number(rows[0]?.[0]);
}
