import type { Context } from "./view.ts";
import type { Insert, Model, PrimaryKey, QuerySet, Row, Values } from "../models/index.ts";

/** What `query` narrows: the rows that exist for this user. */
export interface QueryContext<M extends Model> extends Context {
  readonly query: QuerySet<M>;
}

/** Valid data on its way into a row. */
export interface Saving<M extends Model> {
  readonly validatedData: Values<M> & Readonly<Record<string, unknown>>;
  /** Stores it, with what is added here (the id of nobody, null, is refused where null is); gives the primary key. */
  save(added?: { readonly [Name in keyof Insert<M>]?: Insert<M>[Name] | null }): Promise<PrimaryKey<M>>;
}

/** What a hook that changes or deletes a row is given besides. */
export interface ObjectContext<M extends Model> extends Context {
  readonly object: Row<M>;
}
