import type { RowValues } from "../../database/index.ts";
import { ImproperlyConfigured, ValidationError } from "../../errors.ts";
import { parseWholeNumber, type Request } from "../../http/index.ts";
import {
  columnPath,
  endedByKey,
  keyOf,
  kindOf,
  type Model,
  type ModelMeta,
  type Ordering,
  type QuerySet,
  reversed,
} from "../../models/index.ts";
import { fieldOfModel } from "../../serializers/index.ts";
import { resolveOptions } from "../../settings.ts";
import { type CursorToken, decodeCursor, encodeCursor, invalidCursor } from "./cursor-token.ts";
import { pageLink } from "./page-link.ts";
import type { PageSource, Pagination } from "./pagination.ts";

export interface CursorOptions {
  /** The query parameter that holds the cursor. */
  readonly cursorParam: string;
  /** The most rows a client may ask for; undefined: as many as it likes. */
  readonly maxPageSize: number | undefined;
  /** Fields, `-` before one for descending. Default: the model's own order. `?ordering=` wins where the view set has it. */
  readonly ordering: string | readonly string[] | undefined;
  /** Rows a page. */
  readonly pageSize: number;
  /** The query parameter by which a client sets the rows a page; undefined: it may not. */
  readonly pageSizeParam: string | undefined;
}

const defaults: CursorOptions = Object.freeze({
  cursorParam: "cursor",
  maxPageSize: undefined,
  ordering: undefined,
  pageSize: 100,
  pageSizeParam: undefined,
});

/**
 * Pages from one row to the next, as DRF's CursorPagination: `{ next, previous, results }`, no count. No row is missed
 * or given twice when others come and go, and every page costs the same where an index has the order.
 */
export function cursor(given: Partial<CursorOptions> = {}): Pagination {
  const options = resolveOptions("cursor", defaults, given);
  return Object.freeze({
    check: (meta: ModelMeta) => void orderingOf(meta, undefined, options),
    paginate: (source: PageSource) => page(source, options),
  });
}

async function page(source: PageSource, options: CursorOptions): Promise<unknown> {
  const { request, query, selection } = source;
  const size = sizeOf(request, options);
  const ordering = orderingOf(query.meta, query, options);
  const encoded = request.query.get(options.cursorParam);
  const token = encoded === undefined ? undefined : decodeCursor(encoded);
  const isReverse = token?.isReverse ?? false;
  const directed = isReverse ? reversed(ordering) : ordering;
  const offset = token?.offset ?? 0;
  const found = await startingAt(query, directed, token)
    .orderBy(...directed.map(textOf))
    .select({ key: `${selection.key}+order`, paths: [...selection.paths, ...ordering] }, { limit: size + 1, offset });
  const hasMore = found.length > size;
  const rows = isReverse ? found.slice(0, size).toReversed() : found.slice(0, size);
  const hasStart = token !== undefined && (token.position !== undefined || token.rest !== undefined || offset > 0);
  const width = selection.paths.length;
  const linkTo = (row: RowValues | undefined, toReverse: boolean): string => {
    const [first, ...rest] = row ? ordering.map(({ field }, index) => positionText(field, row[width + index])) : [];
    // Where there is no row all rows are on one side: that is a page from the very start, or to the very end.
    const position = {
      isReverse: toReverse,
      position: first ?? undefined,
      rest: row && [...(first === null ? [null] : []), ...rest],
    };
    return pageLink(request, { [options.cursorParam]: encodeCursor(position as CursorToken) });
  };
  const completed = await source.complete(rows.map((row) => row.slice(0, width)));
  return {
    next: (isReverse ? hasStart : hasMore) ? linkTo(rows.at(-1), false) : null,
    previous: (isReverse ? hasMore : hasStart) ? linkTo(rows[0], true) : null,
    results: completed.map(source.represent),
  };
}

function startingAt(
  query: QuerySet<Model>,
  directed: readonly Ordering[],
  token: CursorToken | undefined,
): QuerySet<Model> {
  if (!token) return query;
  const { position, rest } = token;
  const texts = rest === undefined ? [] : position === undefined ? rest : [position, ...rest];
  if (rest !== undefined && texts.length !== directed.length) throw invalidCursor();
  if (rest === undefined && position === undefined) return query;
  const compared = rest === undefined ? directed.slice(0, 1) : directed;
  const values = rest === undefined ? [position ?? null] : texts;
  try {
    return query.after(
      compared,
      compared.map(({ field }, index) => valueOf(field, values[index] ?? null)),
    );
  } catch (error) {
    if (error instanceof ValidationError || error instanceof TypeError) throw invalidCursor();
    throw error;
  }
}

/** The order of a list, ended by the primary key, so that no two rows stand at one place. */
function orderingOf(
  meta: ModelMeta,
  query: QuerySet<Model> | undefined,
  { ordering }: CursorOptions,
): readonly Ordering[] {
  const isAsked = query !== undefined && query.ordering !== meta.ordering && query.ordering.length > 0;
  const names = typeof ordering === "string" ? [ordering] : ordering;
  const parts = isAsked ? query.ordering : (names?.map((name) => parsedOrdering(meta, name)) ?? meta.ordering);
  if (parts.length === 0) {
    throw new ImproperlyConfigured(
      `cursor(): ${meta.model.name} has no order of its own. Write one here, such as ordering: "-id".`,
    );
  }
  return endedByKey(meta, parts);
}

function parsedOrdering(meta: ModelMeta, name: string): Ordering {
  const isDescending = name.startsWith("-");
  return { ...columnPath(meta, isDescending ? name.slice(1) : name, "cursor ordering"), isDescending };
}

function textOf({ relations, field, isDescending }: Ordering): string {
  return `${isDescending ? "-" : ""}${[...relations, field].map(({ name }) => name).join("__")}`;
}

/** A value of the order as a token has it; a time as Python writes one, so that DRF reads it too. */
function positionText(field: Ordering["field"], value: RowValues[number] | undefined): string | null {
  if (value === null || value === undefined) return null;
  const { fromDatabase } = kindOf(field);
  const { kind, options } = keyOf(field);
  const decoded = fromDatabase ? fromDatabase(value, options) : value;
  if (kind === "dateTime") return String(decoded).replace("T", " ").replace("Z", "+00:00");
  return kind === "boolean" ? (decoded ? "True" : "False") : String(decoded);
}

function valueOf(field: Ordering["field"], text: string | null): unknown {
  if (text === null) return null;
  const key = keyOf(field);
  if (kindOf(key).isText) return text;
  // Whole rows were read before: what a token says is only ever compared.
  return fieldOfModel({ ...key, isNull: false, options: {} }, []).parse(text, noContext);
}

const noContext = {
  isPartial: false,
  instanceKey: undefined,
  objects: () => {
    throw new TypeError("A position looks for no rows.");
  },
};

function sizeOf(request: Request, { maxPageSize, pageSize, pageSizeParam }: CursorOptions): number {
  const asked = pageSizeParam === undefined ? undefined : request.query.get(pageSizeParam);
  const size = asked === undefined ? undefined : parseWholeNumber(asked);
  if (size === undefined || size <= 0) return pageSize;
  return Math.min(size, maxPageSize ?? Number.MAX_SAFE_INTEGER);
}
