import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { preferencesOf } from "./accept-encoding.ts";
import { type ByteRange, readRange } from "./byte-range.ts";
import { holdsTag } from "./entity-tag.ts";
import type { FileOnDisk, Representation, ServedFile } from "./served-file.ts";

/** Takes what the log should know. */
export type Warn = (facts: object, message: string) => void;

const streamedAtOnceBytes = 256 * 1024;

/** Answers a request for a file: GET and HEAD, conditional and of a part; any other method is 405. */
export function answer(request: IncomingMessage, response: ServerResponse, file: ServedFile, warn: Warn): void {
  const { headers, method } = request;
  const isGet = method === "GET";
  if (!isGet && method !== "HEAD") return refuse(request, response);
  const { range } = headers;
  if (range !== undefined && isGet && answerPart(range, request, response, file, warn)) return;
  const chosen = choose(file, headers["accept-encoding"]);
  const known = headers["if-none-match"];
  if (known !== undefined && holdsTag(known, chosen.etag)) {
    response.writeHead(304, chosen.validators as string[]).end();
  } else if (isGet && !Buffer.isBuffer(chosen.body)) {
    const { body, headers } = chosen;
    void sendFromDisk(response, body, { status: 200, headers }, undefined, warn);
  } else {
    response.writeHead(200, chosen.headers as string[]);
    response.end(isGet ? chosen.body : undefined);
  }
}

/** The representation that the client likes best, the smallest of these; the plain one where it likes none. */
function choose({ identity, representations }: ServedFile, header: string | undefined): Representation {
  if (representations.length === 1) return identity;
  const preferences = preferencesOf(header);
  let chosen = identity;
  let best = 0;
  for (const representation of representations) {
    const quality = preferences[representation.coding];
    if (quality > best) {
      chosen = representation;
      best = quality;
    }
  }
  return chosen;
}

/** Answers with a part of the plain bytes, and tells whether it did: else the whole is the answer. */
function answerPart(
  range: string,
  { headers }: IncomingMessage,
  response: ServerResponse,
  { identity, type }: ServedFile,
  warn: Warn,
): boolean {
  const { body, etag, size, validators } = identity;
  const condition = headers["if-range"];
  // Strongly compared (RFC 9110 §13.1.5): what is not exactly this file is sent anew as a whole.
  if (condition !== undefined && condition !== etag) return false;
  const known = headers["if-none-match"];
  if (known !== undefined && holdsTag(known, etag)) return false;
  const part = readRange(range, size);
  if (part === undefined) return false;
  if (part === "unsatisfiable") {
    response.writeHead(416, [...validators, "Content-Range", `bytes */${size}`, "Content-Length", "0"]).end();
    return true;
  }
  const { first, last } = part;
  const partHeaders = Object.entries({
    "Content-Type": type,
    "X-Content-Type-Options": "nosniff",
    "Content-Length": String(last - first + 1),
    "Content-Range": `bytes ${first}-${last}/${size}`,
  }).flat();
  partHeaders.push(...validators);
  if (Buffer.isBuffer(body)) response.writeHead(206, partHeaders).end(body.subarray(first, last + 1));
  else void sendFromDisk(response, body, { status: 206, headers: partHeaders }, part, warn);
  return true;
}

interface Head {
  readonly status: number;
  readonly headers: readonly string[];
}

async function sendFromDisk(
  response: ServerResponse,
  { path, size }: FileOnDisk,
  { status, headers }: Head,
  part: ByteRange | undefined,
  warn: Warn,
): Promise<void> {
  try {
    // Whatever has come to stand in its place since: no link is followed and no other length promised.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const found = await file.stat();
    if (!found.isFile() || found.size !== size) {
      await file.close();
      throw new Error("It is not the file that it was at start.");
    }
    response.writeHead(status, headers as string[]);
    const { first: start, last: end } = part ?? { first: 0, last: size - 1 };
    const stream = file.createReadStream({ start, end, highWaterMark: streamedAtOnceBytes });
    await pipeline(stream, response, { end: false });
    if (stream.bytesRead < end - start + 1) throw new Error("It got shorter while it was sent.");
    response.end();
  } catch (error) {
    // A client that goes away is no error here.
    if ((error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE") return;
    warn({ err: error, path }, "A static file could not be sent");
    if (response.headersSent) response.destroy();
    else response.writeHead(404, jsonHeaders).end('{"detail":"Not found."}');
  }
}

const jsonHeaders = ["Content-Type", "application/json", "X-Content-Type-Options", "nosniff"];

function refuse({ method }: IncomingMessage, response: ServerResponse): void {
  const text = JSON.stringify({ detail: `Method "${method}" not allowed.` });
  response.writeHead(405, [...jsonHeaders, "Allow", "GET, HEAD", "Content-Length", String(Buffer.byteLength(text))]);
  response.end(text);
}
