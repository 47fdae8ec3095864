import type { PageDescription } from "../descriptions/index.ts";
import type { Offer } from "../http/index.ts";

interface Common extends Offer {
  /** The exact Content-Type. */
  readonly contentType: string;
  /** Headers that every answer of it has besides. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Makes the text of an answer from its data. */
export interface DataRenderer extends Common {
  /** `parameters` are those of the media type that was asked for, such as `indent`. */
  render(data: unknown, parameters: ReadonlyMap<string, string>): string;
}

/** Makes a page for a person from the description of an answer. */
export interface PageRenderer extends Common {
  renderPage(page: PageDescription): string;
}

export type Renderer = DataRenderer | PageRenderer;
