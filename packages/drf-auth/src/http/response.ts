/** An answer of a view whose status or headers are not the usual ones; otherwise a view just returns its data. */
export class Response {
  readonly status: number;
  readonly data: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    data: unknown,
    options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    this.data = data;
    this.status = options.status ?? 200;
    this.headers = options.headers ?? noHeaders;
  }

  /** Whether it brings headers of its own. */
  get hasHeaders(): boolean {
    return this.headers !== noHeaders;
  }
}

const noHeaders: Readonly<Record<string, string>> = Object.freeze({});
