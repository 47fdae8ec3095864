import { AsyncLocalStorage } from "node:async_hooks";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ImproperlyConfigured } from "../../errors.ts";
import { resolveOptions } from "../../settings.ts";
import { type Database, type StatementEvent, TransactionEnded } from "../database.ts";
import type { RowValues, SqlValue, Statement } from "../statement.ts";
import { DiskIsFull } from "../disk-is-full.ts";
import { isBusy } from "./driver-error.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { Transaction } from "../transaction.ts";
import { databaseIsBusy, WriteQueue } from "./write-queue.ts";

export interface SqliteOptions {
  /** How long a write waits for others before it is answered 503, in seconds. */
  readonly busySeconds: number;
  /** How safely a commit reaches the disk. */
  readonly synchronous: "FULL" | "NORMAL" | "OFF";
  /** Statements that take longer are reported, in milliseconds. */
  readonly slowStatementMilliseconds: number;
  readonly onSlowStatement: (event: StatementEvent) => void;
}

export const sqliteDefaults: SqliteOptions = Object.freeze({
  busySeconds: 5,
  synchronous: "FULL",
  slowStatementMilliseconds: 100,
  onSlowStatement: () => {},
});

/** How often it is said that a change of tables waits for another process. */
const waitingMilliseconds = 5000;

/** Refuses a path that SQLite takes for a database in memory, or for an address. */
export function mustNameFile(path: string): string {
  if (path !== "" && !path.startsWith(":memory:") && !path.startsWith("file:") && !path.startsWith("//")) return path;
  throw new ImproperlyConfigured(
    `DATABASE_URL names no file ("${path}"). Write sqlite:PATH, such as sqlite:db.sqlite3; reading and writing ` +
      "use two connections, so the database must be a file.",
  );
}

/**
 * An SQLite file behind one connection that reads and one that writes.
 *
 * Reads answer at once, beside a write too (WAL). A transaction owns the writing connection from BEGIN IMMEDIATE to
 * COMMIT; the others wait in a fair queue. Which transaction a statement belongs to is told by the asynchronous
 * context, so that no statement of another request can slip into it.
 */
export class SqliteDatabase implements Database {
  readonly dialect = "sqlite";
  readonly location: string;
  readonly #options: SqliteOptions;
  readonly #reader: SqliteConnection;
  readonly #writer: SqliteConnection;
  readonly #queue: WriteQueue;
  readonly #current = new AsyncLocalStorage<Transaction>();

  constructor(path: string, given: Partial<SqliteOptions> = {}) {
    mustNameFile(path);
    this.location = path;
    this.#options = resolveOptions("The SQLite database", sqliteDefaults, given);
    const connection = { path, ...this.#options };
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.#writer = new SqliteConnection({ ...connection, isReadOnly: false });
      this.#reader = new SqliteConnection({ ...connection, isReadOnly: true });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ImproperlyConfigured(
        `The SQLite database ${path} cannot be opened: ${why}. Its folder must exist and be writable by this user.`,
        { cause: error },
      );
    }
    this.#queue = new WriteQueue(this.#options.busySeconds);
  }

  run(statement: Statement, values: readonly SqlValue[]): readonly RowValues[] | Promise<readonly RowValues[]> {
    const transaction = this.#current.getStore();
    if (transaction) return this.#runWithin(transaction, statement, values);
    if (statement.isWrite) return this.transaction(() => this.#writer.run(statement, values));
    try {
      return this.#reader.run(statement, values);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return this.#untilFree(() => this.#reader.run(statement, values), this.#deadline());
    }
  }

  async transaction<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const outer = this.#current.getStore();
    if (outer) return this.#savepoint(outer, work);
    const deadline = this.#deadline();
    const transaction = new Transaction();
    // What waits for the end runs when the next may write: it may want to write itself.
    return transaction.settled(this.#alone(() => this.#atomic(work, deadline, transaction)));
  }

  script(sql: string): Promise<void> {
    const work = (): Promise<void> => this.transaction(() => this.#writer.execute(sql));
    // Within one of its own first: what the text does to that is seen by its savepoint.
    return this.#current.getStore() ? work() : this.transaction(work);
  }

  get transactionState(): Database["transactionState"] {
    return this.#current.getStore() ? "begun" : "none";
  }

  onCommit(work: () => unknown): void {
    this.#mustBeWithin("onCommit").onCommit(work);
  }

  onRollback(work: () => unknown): void {
    this.#mustBeWithin("onRollback").onRollback(work);
  }

  /**
   * Runs a change of tables alone on the writing connection, with foreign keys off.
   *
   * SQLite ignores the pragma inside a transaction, and a table that is rebuilt with them on deletes the rows that
   * refer to it.
   */
  async alterTables<Result>(work: () => Result | Promise<Result>, onWait = (): void => {}): Promise<Result> {
    if (this.#current.getStore()) throw new Error("Tables cannot be altered within a transaction.");
    return this.#alone(async () => {
      this.#writer.execute("PRAGMA foreign_keys = OFF");
      const waiting = setInterval(onWait, waitingMilliseconds);
      try {
        const started = async (): Promise<Result> => {
          clearInterval(waiting);
          return work();
        };
        return await this.#atomic(started, Infinity);
      } finally {
        clearInterval(waiting);
        this.#writer.execute("PRAGMA foreign_keys = ON");
      }
    });
  }

  /** Nothing is done outside: there is one connection that writes. */
  outside<Result>(work: () => Promise<Result>): Promise<Result> {
    return work();
  }

  /** Whoever is in a transaction is the only one that writes. */
  lock(): void {
    this.#mustBeWithin("lock");
  }

  /** Ends when the writes that were asked for before have ended; those asked for after are refused. */
  async close(): Promise<void> {
    if (this.#current.getStore()) throw new Error("The database cannot be closed within a transaction.");
    await this.#queue.close();
    this.#reader.close();
    this.#writer.close();
  }

  #mustBeWithin(what: string): Transaction {
    const transaction = this.#current.getStore();
    if (transaction) return transaction;
    throw new Error(`${what} belongs into a transaction.`);
  }

  async #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#queue.enter();
    try {
      return await work();
    } finally {
      this.#queue.leave();
    }
  }

  async #atomic<Result>(
    work: () => Result | Promise<Result>,
    deadline: number,
    transaction = new Transaction(),
  ): Promise<Result> {
    await this.#now(() => this.#writer.execute("BEGIN IMMEDIATE"), deadline);
    try {
      const result = await this.#current.run(transaction, work);
      transaction.mustBeDone();
      transaction.end();
      await this.#now(() => this.#writer.execute("COMMIT"), this.#deadline());
      return result;
    } finally {
      transaction.end();
      if (this.#writer.isInTransaction) this.#writer.execute("ROLLBACK");
    }
  }

  async #savepoint<Result>(outer: Transaction, work: () => Result | Promise<Result>): Promise<Result> {
    while (outer.nested) await outer.nestedEnded(this.#options.busySeconds);
    outer.mustBeOpen();
    const savepoint = new Transaction(outer);
    const name = `s${savepoint.depth}`;
    this.#writer.execute(`SAVEPOINT ${name}`);
    const { promise, resolve } = Promise.withResolvers<void>();
    outer.nested = promise;
    try {
      const result = await this.#current.run(savepoint, work);
      savepoint.mustBeDone();
      this.#endSavepoint(`RELEASE ${name}`);
      await savepoint.committed();
      return result;
    } catch (error) {
      // Once the transaction has ended, a savepoint of this name is another's.
      const undo = `ROLLBACK TO ${name}; RELEASE ${name}`;
      // SQLite itself has ended it where the disk is full.
      const isEnded = error instanceof TransactionEnded || error instanceof DiskIsFull;
      if (outer.isOpen && !isEnded) this.#endSavepoint(undo, error);
      await savepoint.rolledBack();
      throw error;
    } finally {
      savepoint.end();
      outer.nested = undefined;
      resolve();
    }
  }

  /** @throws {TransactionEnded} when there is no such savepoint any more: its transaction was ended within. */
  #endSavepoint(sql: string, cause?: unknown): void {
    try {
      this.#writer.execute(sql);
    } catch (error) {
      if (!(error instanceof Error) || !/no such savepoint/.test(error.message)) throw error;
      throw new TransactionEnded(cause);
    }
  }

  /** While a savepoint is open within, what is outside of it waits: it would be undone with it otherwise. */
  #runWithin(
    transaction: Transaction,
    statement: Statement,
    values: readonly SqlValue[],
  ): readonly RowValues[] | Promise<readonly RowValues[]> {
    transaction.mustBeOpen();
    if (transaction.nested) {
      const ended = transaction.nestedEnded(this.#options.busySeconds);
      return ended.then(() => this.#runWithin(transaction, statement, values));
    }
    // SQLite ends a transaction itself when the disk is full, and would keep each statement after that by itself.
    if (!this.#writer.isInTransaction) throw new Error("The database has rolled this transaction back.");
    return this.#writer.run(statement, values);
  }

  #deadline(): number {
    return performance.now() + this.#options.busySeconds * 1000;
  }

  #now<Result>(work: () => Result, deadline: number): Result | Promise<Result> {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      return this.#untilFree(work, deadline);
    }
  }

  /** Tries again, another process holding the lock, without blocking this one's event loop. */
  async #untilFree<Result>(work: () => Result, deadline: number): Promise<Result> {
    for (let pause = 2; ; pause = Math.min(pause * 2, 50)) {
      await wait(pause + Math.random() * pause);
      try {
        return work();
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (performance.now() > deadline) throw databaseIsBusy(this.#options.busySeconds, error);
      }
    }
  }
}
