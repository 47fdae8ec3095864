import type { Server } from "node:http";
import { Server as NetServer } from "node:net";
import { setImmediate as nextRound } from "node:timers/promises";

import type { Connections } from "./connections.ts";

export interface DrainOptions {
  /** How long no connection must have come before no more are accepted; 0 stops at once. Bounded by the linger time. */
  readonly quietSeconds: number;
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
    this.#finished ??= this.#start(options.quietSeconds * 1000);
    return this.#finished;
  }

  async #start(quietMilliseconds: number): Promise<DrainResult> {
    this.#server.once("close", () => {
      this.#isClosed = true;
      this.#wake();
    });
    for (const response of this.#connections.announceClose()) {
      response.once("close", () => {
        this.#sweepFrom = Math.max(this.#sweepFrom, performance.now() + this.#lingerMilliseconds);
      });
    }
    await this.#stopAccepting(quietMilliseconds);

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

  async #stopAccepting(quietMilliseconds: number): Promise<void> {
    let isQuiet = quietMilliseconds === 0;
    const onConnection = () => {
      isQuiet = false;
    };
    this.#server.on("connection", onConnection);
    while (!isQuiet && performance.now() < this.#sweepFrom) {
      isQuiet = true;
      await this.#pause(quietMilliseconds);
      // Connections that came while this process was busy are heard of first.
      await nextRound();
    }
    this.#server.removeListener("connection", onConnection);
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
