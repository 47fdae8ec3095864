import type { Server } from "node:http";
import { Server as NetServer } from "node:net";

import { emptyBacklog } from "./backlog.ts";
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
 * Stops an HTTP server without failing a request: it accepts what is waiting and then no more, tells the clients on
 * open connections that they close, and closes idle ones only after a while. `http.Server.close()` closes idle connections at once, keeps
 * promising keep-alive and stops enforcing the time-outs of requests.
 */
export class Drain {
  readonly #server: Server;
  readonly #connections: Connections;
  #finished: Promise<DrainResult> | undefined;
  #lingerMilliseconds = Infinity;
  #sweepFrom = Infinity;
  #deadline = Infinity;
  #isClosed = false;
  #wake: () => void = () => {};

  constructor(server: Server, connections: Connections) {
    this.#server = server;
    this.#connections = connections;
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
    this.#server.once("close", () => {
      this.#isClosed = true;
      this.#wake();
    });
    for (const response of this.#connections.announceClose()) {
      response.once("close", () => {
        this.#sweepFrom = Math.max(this.#sweepFrom, performance.now() + this.#lingerMilliseconds);
      });
    }
    await this.#stopAccepting();

    let unfinished = 0;
    while (!this.#isClosed) {
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

  async #stopAccepting(): Promise<void> {
    let accepted = 0;
    const count = () => {
      accepted += 1;
    };
    this.#server.on("connection", count);
    await emptyBacklog(() => accepted);
    this.#server.removeListener("connection", count);
    NetServer.prototype.close.call(this.#server);
    this.#sweepFrom = performance.now() + this.#lingerMilliseconds;
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
