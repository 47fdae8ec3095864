import { TextDecoder } from "node:util";
import { ParseError } from "../errors.ts";
import type { MediaType } from "./media-type.ts";

/**
 * Decodes a body by the charset of its media type; an unknown one is taken for UTF-8, as DRF does.
 *
 * @throws {ParseError} when the bytes are not of that charset.
 */
export function decodeText(body: Buffer, mediaType: MediaType, what: string): string {
  const decoder = decoderFor(mediaType.parameters.get("charset"));
  try {
    return decoder.decode(body);
  } catch (error) {
    throw new ParseError(`${what} parse error - the body is not valid ${decoder.encoding}`, { cause: error });
  }
}

function decoderFor(charset: string | undefined): TextDecoder {
  if (charset !== undefined) {
    try {
      return new TextDecoder(charset, { fatal: true, ignoreBOM: true });
    } catch {
      // An unknown name: UTF-8 below.
    }
  }
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
}
