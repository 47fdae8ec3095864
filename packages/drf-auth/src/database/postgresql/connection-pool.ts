import { ServiceUnavailable } from "../../errors.ts";
import type { Connection } from "./connection.ts";
import { DatabaseUnreachable } from "./database-unreachable.ts";
import { ServerSilent } from "./server-silent.ts";

export interface ConnectionPoolOptions {
  /** The address without credentials. */
  readonly location: string;
  /** How many connections there are at most. */
  readonly size: number;
  /** How long one is waited for, in seconds. */
  readonly waitSeconds: number;
  /** Opens another one. */
  readonly open: () => Promise<Connection>;
  /** Is told of a connection that was lost while nobody used it, or because the server was silent. */
  readonly onLost: (error: Error) => void;
}

interface Waiter {
  readonly resolve: (connection: Connection) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout | undefined;
}

const idleMilliseconds = 60_000;
const tooManyConnections = "53300";
const retryAfterSeconds = 3;

/**
 * The connections of a worker to one server: taken, released, and replaced where they are lost.
 *
 * Whoever waits is served by the first that is released or opened, whichever comes first. Where another one cannot be opened,
 * those that are there are waited for.
 */
export class ConnectionPool {
  readonly #options: ConnectionPoolOptions;
  readonly #all = new Set<Connection>();
  readonly #waiting = new Set<Waiter>();
  readonly #sweep: NodeJS.Timeout;
  #idle: Connection[] = [];
  #openings = 0;
  /** Why the last one that was asked for could not be opened. */
  #refusal: unknown;
  #closing: PromiseWithResolvers<void> | undefined;

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
    this.#sweep = setInterval(() => this.#endUnused(), idleMilliseconds / 2).unref();
  }

  /**
   * Takes a connection, which must be released.
   *
   * @throws {ServiceUnavailable} when none is free in time.
   */
  take(): Connection | Promise<Connection> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#closing) return Promise.reject(new Error("The database is closed."));
    const { promise, resolve, reject } = Promise.withResolvers<Connection>();
    const { waitSeconds } = this.#options;
    const timer = waitSeconds > 0 ? setTimeout(() => this.#giveUp(waiter), waitSeconds * 1000) : undefined;
    const waiter: Waiter = { resolve, reject, timer };
    this.#waiting.add(waiter);
    this.#openMore();
    return promise;
  }

  /** Gives a connection back; one that is lost is forgotten. */
  release(connection: Connection): void {
    if (connection.isLost) return;
    if (connection.isStale) this.#end(connection);
    else this.#hand(connection);
  }

  /** Ends those that nobody uses now, and the others when they are released. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#closing ??= Promise.withResolvers();
    for (const connection of this.#idle.splice(0)) this.#end(connection);
    this.#endIfDone();
    await this.#closing.promise;
  }

  #openMore(): void {
    if (this.#openings >= this.#waiting.size || this.#all.size + this.#openings >= this.#options.size) return;
    this.#openings += 1;
    void this.#options.open().then(
      (connection) => {
        this.#openings -= 1;
        // Nobody would have been told that it was lost.
        if (connection.isLost)
          return this.#fail(new DatabaseUnreachable(this.#cannotBeUsed("it was lost at once"), 69));
        this.#refusal = undefined;
        this.#all.add(connection);
        connection.onLost = (error) => this.#lose(connection, error);
        this.#hand(connection);
      },
      (error: unknown) => {
        this.#openings -= 1;
        this.#fail(error);
      },
    );
  }

  #fail(error: unknown): void {
    this.#refusal = error;
    // What the worker has will be free again, before who waits must give up.
    if (this.#all.size > 0) return;
    const code = error instanceof DatabaseUnreachable ? error.failureCode : undefined;
    // The server is full for this worker too, perhaps: of those that are being opened one may be let in.
    if (code === tooManyConnections && this.#openings > 0) return;
    this.#next()?.reject(error);
    this.#openMore();
    this.#endIfDone();
  }

  #hand(connection: Connection): void {
    const waiter = this.#next();
    if (waiter) return waiter.resolve(connection);
    if (this.#closing) return this.#end(connection);
    connection.idleSince = performance.now();
    this.#idle.push(connection);
  }

  #next(): Waiter | undefined {
    const [waiter] = this.#waiting;
    if (!waiter) return undefined;
    this.#waiting.delete(waiter);
    clearTimeout(waiter.timer);
    return waiter;
  }

  #giveUp(waiter: Waiter): void {
    this.#waiting.delete(waiter);
    const { size, waitSeconds } = this.#options;
    const used = this.#all.size;
    if (used === 0) {
      const message = this.#cannotBeUsed(`it has not answered within ${waitSeconds} s`);
      return waiter.reject(new DatabaseUnreachable(message, 69));
    }
    waiter.reject(
      new ServiceUnavailable("The database is busy. Try again.", {
        retryAfterSeconds,
        cause: new Error(
          `No connection to the database was free within ${waitSeconds} s: ${used} of ${size} are there, and in use.`,
          { cause: this.#refusal },
        ),
      }),
    );
  }

  #cannotBeUsed(why: string): string {
    return `The database ${this.#options.location} cannot be used: ${why}.`;
  }

  #lose(connection: Connection, error: Error): void {
    this.#all.delete(connection);
    const isIdle = this.#idle.includes(connection);
    if (isIdle) this.#idle = this.#idle.filter((one) => one !== connection);
    const isSilent = error instanceof ServerSilent;
    if (isIdle || isSilent) this.#options.onLost(error);
    // What made one silent has most likely made all so, and it costs less to open another than to wait for each.
    if (isSilent) for (const suspect of this.#idle.splice(0)) this.#drop(suspect);
    this.#openMore();
    this.#endIfDone();
  }

  #drop(connection: Connection): void {
    this.#all.delete(connection);
    connection.onLost = () => {};
    connection.destroy(new Error("The connection was dropped, for another one was silent."));
  }

  #endUnused(): void {
    const oldest = performance.now() - idleMilliseconds;
    // The last that was used is taken first, so that those before it rest.
    while (this.#idle[0] && this.#idle[0].idleSince < oldest) this.#end(this.#idle.shift() as Connection);
  }

  #end(connection: Connection): void {
    connection.onLost = () => {};
    void connection.end().then(() => {
      this.#all.delete(connection);
      this.#openMore();
      this.#endIfDone();
    });
  }

  #endIfDone(): void {
    if (this.#all.size === 0 && this.#openings === 0) this.#closing?.resolve();
  }
}
