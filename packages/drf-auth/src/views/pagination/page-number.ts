import { NotFound } from "../../errors.ts";
import { parseWholeNumber, type Request } from "../../http/index.ts";
import { resolveOptions } from "../../settings.ts";
import { pageLink } from "./page-link.ts";
import type { PageSource, Pagination } from "./pagination.ts";

export interface PageNumberOptions {
  /** The most rows a client may ask for; undefined: as many as it likes. */
  readonly maxPageSize: number | undefined;
  /** The query parameter that names the page. */
  readonly pageParam: string;
  /** Rows a page. */
  readonly pageSize: number;
  /** The query parameter by which a client sets the rows a page; undefined: it may not. */
  readonly pageSizeParam: string | undefined;
}

const defaults: PageNumberOptions = Object.freeze({
  maxPageSize: undefined,
  pageParam: "page",
  pageSize: 100,
  pageSizeParam: undefined,
});

/** Pages by number, as DRF's PageNumberPagination: `{ count, next, previous, results }`; `page=last` is the last. */
export function pageNumber(given: Partial<PageNumberOptions> = {}): Pagination {
  const options = resolveOptions("pageNumber", defaults, given);
  return Object.freeze({
    paginate: (source: PageSource) => {
      const count = source.count();
      return count instanceof Promise
        ? count.then((known) => page(source, known, options))
        : page(source, count, options);
    },
  });
}

function page(source: PageSource, count: number, options: PageNumberOptions): unknown {
  const { request } = source;
  const size = sizeOf(request, options);
  const last = Math.max(1, Math.ceil(count / size));
  const number = numberOf(request, last, options);
  const rows = source.rows({ limit: size, offset: (number - 1) * size });
  const links = {
    next: number < last ? linkTo(number + 1, request, options) : null,
    previous: number > 1 ? linkTo(number - 1, request, options) : null,
  };
  const body = (found: Awaited<typeof rows>) => ({ count, ...links, results: found.map(source.represent) });
  return rows instanceof Promise ? rows.then(body) : body(rows);
}

function sizeOf(request: Request, { maxPageSize, pageSize, pageSizeParam }: PageNumberOptions): number {
  const asked = pageSizeParam === undefined ? undefined : request.query.get(pageSizeParam);
  const size = asked === undefined ? undefined : parseWholeNumber(asked);
  if (size === undefined || size <= 0) return pageSize;
  return Math.min(size, maxPageSize ?? Number.MAX_SAFE_INTEGER);
}

function numberOf(request: Request, last: number, { pageParam }: PageNumberOptions): number {
  const asked = request.query.get(pageParam);
  if (!asked) return 1;
  const number = asked === "last" ? last : parseWholeNumber(asked);
  if (number !== undefined && number >= 1 && number <= last) return number;
  throw new NotFound("Invalid page.");
}

/** The same address with another page; the first is named by leaving the parameter out. */
function linkTo(number: number, request: Request, { pageParam }: PageNumberOptions): string {
  return pageLink(request, { [pageParam]: number === 1 ? undefined : String(number) });
}
