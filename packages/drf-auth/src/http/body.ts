import type { IncomingMessage } from "node:http";
import { ContentTooLarge, ParseError } from "../errors.ts";

/** Tells whether a request came with a body, from its headers alone. */
export function hasBody(message: IncomingMessage): boolean {
  const length = message.headers["content-length"];
  return message.headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

/**
 * Reads a body into memory.
 *
 * @throws {ContentTooLarge} when it is larger than `maxBytes`, before more of it is read.
 * @throws {ParseError} when it ends early.
 */
export async function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(message.headers["content-length"] ?? 0) > maxBytes) throw new ContentTooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // The stream is not destroyed when reading stops: the answer still has to go out over its socket.
    for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new ContentTooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ContentTooLarge) throw error;
    throw new ParseError("The request ended before its body did.", { cause: error });
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
}
