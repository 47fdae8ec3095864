import type { RowValues } from "../../database/index.ts";
import type { Request } from "../../http/index.ts";
import type { Model, ModelMeta, QuerySet, Selection, Window } from "../../models/index.ts";

/** The rows that a list is about, asked for when they are needed. */
export interface PageSource {
  readonly request: Request;
  /** All of them, narrowed and ordered as the request asks. */
  readonly query: QuerySet<Model>;
  /** The columns of a row that `represent` reads. */
  readonly selection: Selection;
  count(): number | Promise<number>;
  rows(window: Window): readonly RowValues[] | Promise<readonly RowValues[]>;
  /** Gives rows, as the selection has them, what they need of other tables. */
  complete(rows: readonly RowValues[]): readonly RowValues[] | Promise<readonly RowValues[]>;
  represent(row: RowValues): unknown;
}

/** How a list comes in parts: gives the body of the answer. */
export interface Pagination {
  readonly paginate: (source: PageSource) => unknown;
  /** Refuses at start what does not fit the model. */
  readonly check?: (meta: ModelMeta) => void;
}
