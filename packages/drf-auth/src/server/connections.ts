import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

import type { Handler } from "./handler.ts";

/** Knows the connections of an HTTP server and the latest response on each, and lets requests through to a handler. */
export class Connections {
  readonly #latest = new Map<Socket, ServerResponse | undefined>();
  #isClosing = false;
  #onEmpty: () => void = () => {};

  /** Takes over a server that has no listeners of its own yet. */
  constructor(server: Server, handler: Handler) {
    server.on("connection", (socket: Socket) => {
      this.#latest.set(socket, undefined);
      socket.once("close", () => {
        this.#latest.delete(socket);
        if (this.#latest.size === 0) this.#onEmpty();
      });
    });
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const previous = this.#latest.get(request.socket);
      // Node closes the connection after the previous answer and drops this one, so nothing may be done for it.
      if (previous !== undefined && previous.headersSent && !previous.shouldKeepAlive) return;
      this.#latest.set(request.socket, response);
      if (this.#isClosing) {
        // Of pipelined responses only the last may say it.
        if (previous !== undefined && !previous.headersSent) previous.shouldKeepAlive = true;
        response.shouldKeepAlive = false;
      }
      handler(request, response);
    });
  }

  /** How many are open. */
  get size(): number {
    return this.#latest.size;
  }

  /** Calls the listener each time that the last one is closed. */
  onEmpty(listener: () => void): void {
    this.#onEmpty = listener;
  }

  /** Returns the newest response on a connection, finished or not. */
  latestResponse(socket: Socket): ServerResponse | undefined {
    return this.#latest.get(socket);
  }

  /**
   * Makes every response whose headers are still to be sent, and every later one, say `Connection: close`.
   * Returns the unfinished responses for which it is too late: their clients will use the connection again.
   */
  announceClose(): ServerResponse[] {
    this.#isClosing = true;
    const late: ServerResponse[] = [];
    for (const response of this.#latest.values()) {
      if (response === undefined || response.writableFinished) continue;
      if (response.headersSent) late.push(response);
      else response.shouldKeepAlive = false;
    }
    return late;
  }

  /** Closes the connections on which nothing was ever received, such as those browsers open in advance. */
  closeSilent(): void {
    for (const [socket, response] of this.#latest) {
      if (response === undefined && socket.bytesRead === 0) socket.destroy();
    }
  }

  /** Closes every connection at once and returns how many responses that cuts off. */
  closeAll(): number {
    let unfinished = 0;
    for (const [socket, response] of this.#latest) {
      if (response !== undefined && !response.writableFinished) unfinished += 1;
      socket.destroy();
    }
    return unfinished;
  }
}
