import type { Transaction } from "../transaction.ts";
import type { Connection } from "./connection.ts";

/** The connection that a transaction and those within it share: one statement runs on it at a time. */
export class Session {
  /** The connection on which it has begun; undefined before its first statement. */
  client: Promise<Connection> | undefined;
  /** Settles when the last statement that was asked for has run. */
  last: Promise<unknown> = Promise.resolve();
  /** Whether its statements may take as long as they do. */
  isUnlimited = false;
  readonly #begin: () => Promise<Connection>;

  /** `begin` gives a connection on which its transaction has begun. */
  constructor(begin: () => Promise<Connection>) {
    this.#begin = begin;
  }

  /**
   * Runs work on the connection when what was asked for before has run. A transaction that has ended by then asks for
   * nothing more: the connection may be another's.
   */
  inTurn<Result>(transaction: Transaction, work: (client: Connection) => Promise<Result>): Promise<Result> {
    const ran = this.last.then(async () => {
      transaction.mustBeOpen();
      this.client ??= this.#begin();
      const client = await this.client;
      transaction.mustBeOpen();
      return work(client);
    });
    this.last = ran.catch(() => {});
    return ran;
  }
}
