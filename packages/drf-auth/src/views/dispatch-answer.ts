/** What goes out: a status, headers, and text, or nothing where there is no content. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | undefined;
  /** The Set-Cookie headers. */
  readonly cookies?: readonly string[] | undefined;
}
