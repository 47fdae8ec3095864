import { UnsupportedMediaType } from "../errors.ts";
import type { MediaType } from "./media-type.ts";
import type { Form } from "./form.ts";

/** What a parser makes of a body: JSON as it stands, or a form. */
export type ParsedData = unknown;

/** Reads one media type. */
export interface Parser {
  readonly mediaType: string;
  parse(body: Buffer, mediaType: MediaType): ParsedData | Promise<Form>;
}

/** Finds the parser of a media type, or raises UnsupportedMediaType with what was sent. */
export function parserFor(parsers: readonly Parser[], mediaType: MediaType | undefined, sent: string): Parser {
  const essence = mediaType && `${mediaType.type}/${mediaType.subtype}`;
  const parser = sent.length <= maxContentTypeCharacters && parsers.find((one) => one.mediaType === essence);
  if (parser) return parser;
  throw new UnsupportedMediaType(sent.slice(0, maxContentTypeCharacters));
}

/** As DRF since 3.18.2. */
const maxContentTypeCharacters = 256;
