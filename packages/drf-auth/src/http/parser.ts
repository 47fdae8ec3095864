import { UnsupportedMediaType } from "../errors.ts";
import { isCovered, type MediaType } from "./media-type.ts";
import type { Form } from "./form.ts";

/** What a parser makes of a body: JSON as it stands, or a form. */
export type ParsedData = unknown;

/** Reads one media type. */
export interface Parser {
  readonly mediaType: string;
  /** How large a body of this type may be, in bytes. Default: what the application says of all. */
  readonly maxBytes?: number;
  parse(body: Buffer, mediaType: MediaType): ParsedData | Promise<Form>;
}

/** Finds the parser of a media type, or raises UnsupportedMediaType with what was sent. */
export function parserFor(parsers: readonly Parser[], mediaType: MediaType | undefined, sent: string): Parser {
  if (mediaType && sent.length <= maxContentTypeCharacters) {
    const parser = parsers.find((one) => isCovered(one.mediaType, mediaType));
    if (parser) return parser;
  }
  throw new UnsupportedMediaType(sent);
}

/** As DRF since 3.18.2. */
const maxContentTypeCharacters = 256;
