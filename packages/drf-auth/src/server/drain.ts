import type { Server } from "node:http";

import type { Connections } from "./connections.ts";

export interface DrainOptions {
  /** How long connections stay open that were told nothing, for clients that are about to use them. */
  readonly lingerSeconds: number;
  /** When whatever is still open is cut off. */
  readonly timeoutSeconds: number;
}

export interface DrainResult {
  /** Responses that were cut off at the end of the time. */
  readonly unfinished: number;
}

const sweepMilliseconds = 100;

/**
 * Stops an HTTP server without failing a request: it takes the connections that wait and then no more, tells the clients
 * on open ones that they close, and closes idle ones only after a while. `http.Server.close()` closes idle connections
 * at once, keeps promising keep-alive and stops enforcing the time-outs of requests.
 */
export class Drain {
  readonly #server: Server;
  readonly #connections: Connections;
  readonly #stopAccepting: () => Promise<void>;
  #finished: Promise<DrainResult> | undefined;
  #lingerMilliseconds = Infinity;
  #sweepFrom = Infinity;
  #deadline = Infinity;
  #wake: () => void = () => {};

  /** @param stopAccepting resolves when no connection comes any more. */
  constructor(server: Server, connections: Connections, stopAccepting: () => Promise<void>) {
    this.#server = server;
    this.#connections = connections;
    this.#stopAccepting = stopAccepting;
  }

  /** Starts the drain, or shortens the one that runs, and resolves when the last connection is closed. */
  run(options: DrainOptions): Promise<DrainResult> {
    const now = performance.now();
    this.#lingerMilliseconds = Math.min(this.#lingerMilliseconds, options.lingerSeconds * 1000);
    this.#sweepFrom = Math.min(this.#sweepFrom, now + this.#lingerMilliseconds);
    this.#deadline = Math.min(this.#deadline, now + options.timeoutSeconds * 1000);
    this.#wake();
    this.#finished ??= this.#start();
    return this.#finished;
  }

  async #start(): Promise<DrainResult> {
    for (const response of this.#connections.announceClose()) {
      response.once("close", () => {
        this.#sweepFrom = Math.max(this.#sweepFrom, performance.now() + this.#lingerMilliseconds);
      });
    }
    await this.#stopAccepting();
    this.#sweepFrom = performance.now() + this.#lingerMilliseconds;
    this.#connections.onEmpty(() => this.#wake());

    let unfinished = 0;
    while (this.#connections.size > 0) {
      const now = performance.now();
      if (now >= this.#deadline) {
        unfinished += this.#connections.closeAll();
      } else if (now >= this.#sweepFrom) {
        this.#server.closeIdleConnections();
        this.#connections.closeSilent();
      }
      await this.#pause(Math.min(this.#deadline, Math.max(this.#sweepFrom, now + sweepMilliseconds)) - now);
    }
    return { unfinished };
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(milliseconds, 1));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
