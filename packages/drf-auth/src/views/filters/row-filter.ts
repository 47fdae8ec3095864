import type { Request } from "../../http/index.ts";
import type { LookupName, LookupPath, Model, ModelMeta, OrderPath, QuerySet } from "../../models/index.ts";
import { fieldFilter } from "./field-filter.ts";
import { orderingFilter } from "./ordering-filter.ts";
import { searchFilter } from "./search-filter.ts";

/** What the query of a list may ask for. */
export interface FilterOptions<M extends Model> {
  /** Fields with the lookups by which they may be filtered: `owner=1`, `text__icontains=wor`. Default: none. */
  readonly filters?: { readonly [Path in LookupPath<M>]?: readonly LookupName[] };
  /**
   * The same over relations that other models declare, by their related names: `notes__text`. The types do not know
   * them; they are checked at start.
   */
  readonly relatedFilters?: { readonly [path: string]: readonly LookupName[] };
  /** Fields in which `search=` looks: for text that is contained, with `^` before one begins it, with `=` is it. */
  readonly search?: readonly SearchField<M>[];
  /** Fields by which `ordering=` may order, and `-` before one for descending. Default: none. */
  readonly ordering?: readonly (OrderPath<M> | "pk")[];
}

/** A field to search in, with how it is compared: by a prefix or by a lookup of its own. */
export type SearchField<M extends Model> =
  | `${"" | "^" | "="}${LookupPath<M> | "pk"}`
  | `${LookupPath<M>}__${TextLookupName}`;

type TextLookupName = Extract<LookupName, `${string}${"contains" | "startswith" | "endswith"}` | "iexact">;

/** Narrows the rows of a list to what the request asks for; a promise where the database must be asked first. */
export type RowFilter = (query: QuerySet<Model>, request: Request) => QuerySet<Model> | Promise<QuerySet<Model>>;

/**
 * Makes the filter of a list, as DjangoFilterBackend, SearchFilter and OrderingFilter do one after another; undefined
 * where nothing may be asked.
 *
 * @throws {ImproperlyConfigured} at once when a name is none of the model's; its filter {ValidationError} for a value
 * that is none of the field's.
 */
export function rowFilter(
  meta: ModelMeta,
  options: FilterOptions<Model>,
  objectsOf: (meta: ModelMeta) => QuerySet<Model>,
): RowFilter | undefined {
  const narrow = fieldFilter(meta, { ...options.filters, ...options.relatedFilters }, objectsOf);
  const search = searchFilter(meta, options.search ?? []);
  const order = orderingFilter(meta, options.ordering ?? []);
  if (!narrow && !search && !order) return undefined;
  return (query, { query: asked }) => {
    if (asked.text === "") return query;
    const finish = (narrowed: QuerySet<Model>): QuerySet<Model> => {
      const searched = search ? search(narrowed, asked) : narrowed;
      return order ? order(searched, asked) : searched;
    };
    const narrowed = narrow ? narrow(query, asked) : query;
    return narrowed instanceof Promise ? narrowed.then(finish) : finish(narrowed);
  };
}
