import type { RowValues } from "../../database/index.ts";
import type { Request } from "../../http/index.ts";
import type { Window } from "../../models/index.ts";

/** The rows that a list is about, asked for when they are needed. */
export interface PageSource {
  readonly request: Request;
  count(): number | Promise<number>;
  rows(window: Window): readonly RowValues[] | Promise<readonly RowValues[]>;
  represent(row: RowValues): unknown;
}

/** How a list comes in parts: gives the body of the answer. */
export interface Pagination {
  readonly paginate: (source: PageSource) => unknown;
}
