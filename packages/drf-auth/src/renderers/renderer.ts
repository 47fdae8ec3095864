import type { Offer } from "../http/index.ts";

/** Makes the bytes of an answer from its data. */
export interface Renderer extends Offer {
  /** The exact Content-Type. */
  readonly contentType: string;
  /** `parameters` are those of the media type that was asked for, such as `indent`. */
  render(data: unknown, parameters: ReadonlyMap<string, string>): string;
}
