import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";

import { emptyBacklog } from "./backlog.ts";
import { listen } from "./listen.ts";
import type { ListeningAddress, ListenOptions } from "./listen.ts";
import { connectionMessage } from "./worker-message.ts";

/** A worker that takes connections, one at a time: one that is busy or hangs is passed over. */
interface Taker {
  /** On its way to the worker, which has not said yet that it has it. */
  underway: Socket | undefined;
  isRetired: boolean;
}

const longestHandoverMilliseconds = 1000;

/**
 * Holds the port and hands the connections to the workers in turn.
 *
 * It lives as long as the arbiter, so that the port stays open while workers come and go: a connection that nobody can
 * take waits here, and one that was on its way to a worker that died goes to another.
 */
export class Acceptor {
  readonly address: ListeningAddress;
  readonly #server: Server;
  readonly #takers = new Map<ChildProcess, Taker>();
  /** Those who could take one now; the first has waited longest. */
  readonly #idle: ChildProcess[] = [];
  readonly #waiting: Socket[] = [];
  #accepted = 0;
  #onChange: () => void = () => {};

  private constructor(server: Server, address: ListeningAddress) {
    this.#server = server;
    this.address = address;
    server.on("connection", (connection) => this.#accept(connection));
    // When there are too many open files, for example, the kernel holds the connection until there is room.
    server.on("error", () => {});
  }

  /** Opens the port. Throws ListenError. */
  static async open(options: ListenOptions): Promise<Acceptor> {
    const server = createServer({ noDelay: true, pauseOnConnect: true });
    // No more wait here than may wait in the kernel.
    server.maxConnections = options.backlog;
    return new Acceptor(server, await listen(server, options));
  }

  /** Hands connections to a worker from now on. */
  add(worker: ChildProcess): void {
    this.#takers.set(worker, { underway: undefined, isRetired: false });
    this.#idle.push(worker);
    this.#handOver();
  }

  /** Is told by a worker that it has the connection that was handed to it. */
  taken(worker: ChildProcess): void {
    const taker = this.#takers.get(worker);
    if (taker === undefined) return;
    // The worker has a handle of its own; this closes ours.
    taker.underway?.destroy();
    taker.underway = undefined;
    if (!taker.isRetired) this.#idle.push(worker);
    this.#handOver();
    this.#onChange();
  }

  /** Hands no more connections to a worker. */
  retire(worker: ChildProcess): void {
    const taker = this.#takers.get(worker);
    if (taker !== undefined) taker.isRetired = true;
    const index = this.#idle.indexOf(worker);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#onChange();
  }

  /** Gives the connection that a worker did not live to take to another. */
  bury(worker: ChildProcess): void {
    this.retire(worker);
    const connection = this.#takers.get(worker)?.underway;
    this.#takers.delete(worker);
    if (connection !== undefined) this.#waiting.unshift(connection);
    this.#handOver();
    this.#onChange();
  }

  /** Accepts what waits in the kernel, closes the port, and resolves when workers have taken what was accepted. */
  async stop(): Promise<void> {
    await emptyBacklog(() => this.#accepted);
    this.#server.close();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, longestHandoverMilliseconds);
    this.#onChange = () => {
      const takers = [...this.#takers.values()];
      const isUnderway = takers.some(({ underway }) => underway !== undefined);
      const canHandOver = this.#waiting.length > 0 && takers.some(({ isRetired }) => !isRetired);
      if (!isUnderway && !canHandOver) resolve();
    };
    this.#onChange();
    await promise;
    clearTimeout(timer);
    this.#onChange = () => {};
  }

  /** Closes the port, and the connections that nobody took. */
  close(): void {
    this.#server.close();
    for (const connection of this.#waiting.splice(0)) connection.destroy();
    for (const { underway } of this.#takers.values()) underway?.destroy();
  }

  #accept(connection: Socket): void {
    this.#accepted += 1;
    // Nothing is read here, so that a client that gives up is seen by the worker that takes it.
    connection.on("error", () => {});
    this.#waiting.push(connection);
    this.#handOver();
  }

  #handOver(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.shift();
      const taker = worker && this.#takers.get(worker);
      if (taker === undefined) return;
      const connection = this.#waiting.shift() as Socket;
      taker.underway = connection;
      // Kept open here until the worker has it. Where it cannot be sent, the worker is gone, which its end will tell.
      worker?.send(connectionMessage, connection, { keepOpen: true }, () => {});
    }
  }
}
