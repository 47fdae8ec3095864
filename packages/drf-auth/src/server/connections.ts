import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

import type { Handler } from "./handler.ts";

interface Connection {
  /** The newest response, finished or not. */
  latest: ServerResponse | undefined;
  requests: number;
}

/** Knows the connections of an HTTP server and the latest response on each, and lets requests through to a handler. */
export class Connections {
  readonly #open = new Map<Socket, Connection>();
  #isClosing = false;
  #onEmpty: () => void = () => {};

  /**
   * Takes over a server that has no listeners of its own yet. A connection is closed after so many requests: Node's own
   * count leaves it open, and answers 503 to clients that do not heed `Connection: close`.
   */
  constructor(server: Server, handler: Handler, maxRequests = Infinity) {
    server.on("connection", (socket: Socket) => {
      this.#open.set(socket, { latest: undefined, requests: 0 });
      socket.once("close", () => {
        this.#open.delete(socket);
        if (this.#open.size === 0) this.#onEmpty();
      });
    });
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const connection = this.#open.get(request.socket);
      // Its connection closed in this very moment.
      if (connection === undefined) return;
      const previous = connection.latest;
      // Node closes the connection after the previous answer and drops this one, so nothing may be done for it.
      if (previous !== undefined && previous.headersSent && !previous.shouldKeepAlive) return;
      connection.latest = response;
      connection.requests += 1;
      if (this.#isClosing || connection.requests >= maxRequests) {
        // Of pipelined responses only the last may say it.
        if (previous !== undefined && !previous.headersSent) previous.shouldKeepAlive = true;
        response.shouldKeepAlive = false;
      }
      handler(request, response);
    });
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Calls the listener each time that the last one is closed. */
  onEmpty(listener: () => void): void {
    this.#onEmpty = listener;
  }

  /** Returns the newest response on a connection, finished or not. */
  latestResponse(socket: Socket): ServerResponse | undefined {
    return this.#open.get(socket)?.latest;
  }

  /**
   * Makes every response whose headers are still to be sent, and every later one, say `Connection: close`.
   * Returns the unfinished responses for which it is too late: their clients will use the connection again.
   */
  announceClose(): ServerResponse[] {
    this.#isClosing = true;
    const late: ServerResponse[] = [];
    for (const { latest: response } of this.#open.values()) {
      if (response === undefined || response.writableFinished) continue;
      if (response.headersSent) late.push(response);
      else response.shouldKeepAlive = false;
    }
    return late;
  }

  /** Closes the connections on which nothing was ever received, such as those browsers open in advance. */
  closeSilent(): void {
    for (const [socket, { latest: response }] of this.#open) {
      if (response === undefined && socket.bytesRead === 0) socket.destroy();
    }
  }

  /** Closes every connection at once and returns how many responses that cuts off. */
  closeAll(): number {
    let unfinished = 0;
    for (const [socket, { latest: response }] of this.#open) {
      if (response !== undefined && !response.writableFinished) unfinished += 1;
      socket.destroy();
    }
    return unfinished;
  }
}
