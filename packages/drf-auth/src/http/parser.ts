import type { IncomingMessage } from "node:http";
import { UnsupportedMediaType } from "../errors.ts";
import type { Form } from "./form.ts";
import { isCovered, type MediaType, parseMediaType } from "./media-type.ts";
import type { ReceivedFiles } from "./received-files.ts";

/** What a parser makes of a body: JSON as it stands, or a form. */
export type ParsedData = unknown;

/** Reads one media type. */
export type Parser = BodyParser | StreamParser;

/** Reads a body that is in memory. */
export interface BodyParser {
  readonly mediaType: string;
  parse(body: Buffer, mediaType: MediaType): ParsedData;
}

/** Reads a body as it comes, within limits of its own. */
export interface StreamParser {
  readonly mediaType: string;
  read(message: IncomingMessage, mediaType: MediaType, files: ReceivedFiles): Promise<Form>;
}

/** Finds the parser of a Content-Type, or raises UnsupportedMediaType with what was sent. */
export function parserFor(
  parsers: readonly Parser[],
  sent: string,
): { readonly parser: Parser; readonly mediaType: MediaType } {
  const mediaType = sent.length <= maxContentTypeCharacters ? parseMediaType(sent) : undefined;
  const parser = mediaType && parsers.find((one) => isCovered(one.mediaType, mediaType));
  if (parser) return { parser, mediaType };
  throw new UnsupportedMediaType(sent);
}

/** As DRF since 3.18.2. */
const maxContentTypeCharacters = 256;
