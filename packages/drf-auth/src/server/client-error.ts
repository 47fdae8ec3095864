import { STATUS_CODES } from "node:http";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

import type { Connections } from "./connections.ts";
import type { Refusal } from "./guard.ts";

const statusOfCode: Readonly<Record<string, number>> = Object.freeze({
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
});

/**
 * Answers what Node's parser could not read, once and in plain text, and closes the connection.
 * Says nothing when the client is gone or another answer is already on its way.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex, connections: Connections): void {
  const answering = connections.latestResponse(socket as Socket);
  const isMidAnswer = answering !== undefined && answering.headersSent && !answering.writableFinished;
  if (socket.writable && error.code !== "ECONNRESET" && !isMidAnswer) {
    const status = statusOfCode[error.code ?? ""] ?? 400;
    const name = STATUS_CODES[status] ?? "";
    const head = `HTTP/1.1 ${status} ${name}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n`;
    socket.write(`${head}Content-Length: ${name.length + 1}\r\n\r\n${name}\n`);
  }
  socket.destroy();
}

/** Answers a refused request in plain text and closes the connection: what follows on it cannot be trusted. */
export function answerRefusal(response: ServerResponse, { status, reason }: Refusal): void {
  response.shouldKeepAlive = false;
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": reason.length + 1,
  });
  response.end(`${reason}\n`);
}

/** Answers a request whose handler threw, or cuts off the answer that it had begun. */
export function answerCrash(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else answerRefusal(response, { status: 500, reason: "Internal Server Error" });
}
