import { parseWholeNumber, type Request } from "../../http/index.ts";
import { resolveOptions } from "../../settings.ts";
import { pageLink } from "./page-link.ts";
import type { PageSource, Pagination } from "./pagination.ts";

export interface LimitOffsetOptions {
  /** Rows where the client names no limit; undefined: all of them, in a bare list. */
  readonly defaultLimit: number | undefined;
  /** The query parameter that says how many rows. */
  readonly limitParam: string;
  /** The most rows a client may ask for; undefined: as many as it likes. */
  readonly maxLimit: number | undefined;
  /** The query parameter that says how many rows come before. */
  readonly offsetParam: string;
}

const defaults: LimitOffsetOptions = Object.freeze({
  defaultLimit: 100,
  limitParam: "limit",
  maxLimit: undefined,
  offsetParam: "offset",
});

/** Pages by their first row, as DRF's LimitOffsetPagination: `{ count, next, previous, results }`. */
export function limitOffset(given: Partial<LimitOffsetOptions> = {}): Pagination {
  const options = resolveOptions("limitOffset", defaults, given);
  return Object.freeze({
    paginate: async (source: PageSource) => {
      const { request } = source;
      const limit = limitOf(request, options);
      if (limit === undefined) return wholeList(source);
      const count = await source.count();
      const offset = offsetOf(request, options);
      // No row is there: the database need not look for one.
      const rows = offset >= count ? [] : await source.rows({ limit, offset });
      const linkTo = (to: number) =>
        pageLink(request, {
          [options.limitParam]: String(limit),
          [options.offsetParam]: to <= 0 ? undefined : String(to),
        });
      return {
        count,
        next: offset + limit < count ? linkTo(offset + limit) : null,
        previous: offset > 0 ? linkTo(offset - limit) : null,
        results: rows.map(source.represent),
      };
    },
  });
}

async function wholeList({ query, selection, complete, represent }: PageSource): Promise<unknown[]> {
  return (await complete(await query.select(selection))).map(represent);
}

function limitOf(request: Request, { defaultLimit, limitParam, maxLimit }: LimitOffsetOptions): number | undefined {
  const asked = request.query.get(limitParam);
  const limit = asked === undefined ? undefined : parseWholeNumber(asked);
  if (limit === undefined || limit <= 0) return defaultLimit;
  return Math.min(limit, maxLimit ?? Number.MAX_SAFE_INTEGER);
}

function offsetOf(request: Request, { offsetParam }: LimitOffsetOptions): number {
  const offset = parseWholeNumber(request.query.get(offsetParam) ?? "") ?? 0;
  return offset < 0 ? 0 : offset;
}
