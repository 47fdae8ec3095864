import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Knows the connections of an HTTP server and the latest response on each. */
export class Connections {
  readonly #latest = new Map<Socket, ServerResponse | undefined>();
  #isClosing = false;

  constructor(server: Server) {
    server.on("connection", (socket: Socket) => {
      this.#latest.set(socket, undefined);
      socket.once("close", () => this.#latest.delete(socket));
    });
    // Before the application, which may send the headers at once.
    server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
      if (this.#isClosing) this.#sayClose(request.socket, response);
      this.#latest.set(request.socket, response);
    });
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

  #sayClose(socket: Socket, response: ServerResponse): void {
    // Of pipelined responses only the last may say it: Node closes after the one that does, and drops the rest.
    const previous = this.#latest.get(socket);
    if (previous !== undefined && !previous.headersSent) previous.shouldKeepAlive = true;
    response.shouldKeepAlive = false;
  }
}
