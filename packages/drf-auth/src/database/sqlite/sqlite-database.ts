import { AsyncLocalStorage } from "node:async_hooks";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ImproperlyConfigured } from "../../errors.ts";
import { resolveOptions } from "../../settings.ts";
import type { Database, StatementEvent } from "../database.ts";
import type { RowValues, SqlValue, Statement } from "../statement.ts";
import { isBusy, SqliteConnection } from "./sqlite-connection.ts";
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

interface Transaction {
  isOpen: boolean;
  savepoints: number;
}

/**
 * An SQLite file behind one connection that reads and one that writes.
 *
 * Reads answer at once, beside a write too (WAL). A transaction owns the writing connection from BEGIN IMMEDIATE to
 * COMMIT; the others wait in a fair queue. Which transaction a statement belongs to is told by the asynchronous
 * context, so that no statement of another request can slip into it.
 */
export class SqliteDatabase implements Database {
  readonly location: string;
  readonly #options: SqliteOptions;
  readonly #reader: SqliteConnection;
  readonly #writer: SqliteConnection;
  readonly #queue: WriteQueue;
  readonly #current = new AsyncLocalStorage<Transaction>();

  constructor(path: string, given: Partial<SqliteOptions> = {}) {
    if (path === "" || path === ":memory:" || path.startsWith("file:")) {
      throw new ImproperlyConfigured(
        `DATABASE_URL names no file ("${path}"). Write sqlite:PATH, such as sqlite:db.sqlite3; reading and writing ` +
          "use two connections, so the database must be a file.",
      );
    }
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
    if (transaction) {
      if (!transaction.isOpen) throw new Error("This transaction has ended. Await everything that belongs to it.");
      return this.#writer.run(statement, values);
    }
    if (statement.isWrite) return this.transaction(() => this.#writer.run(statement, values));
    try {
      return this.#reader.run(statement, values);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return this.#untilFree(() => this.#reader.run(statement, values));
    }
  }

  async transaction<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const outer = this.#current.getStore();
    if (outer?.isOpen) return this.#savepoint(outer, work);
    await this.#queue.enter();
    const transaction: Transaction = { isOpen: true, savepoints: 0 };
    try {
      await this.#begin();
      const result = await this.#current.run(transaction, work);
      await this.#commit();
      return result;
    } finally {
      transaction.isOpen = false;
      if (this.#writer.isInTransaction) this.#writer.execute("ROLLBACK");
      this.#queue.leave();
    }
  }

  /**
   * Runs a change of tables alone on the writing connection, with foreign keys off.
   *
   * SQLite ignores the pragma inside a transaction, and a table that is rebuilt with them on deletes the rows that
   * refer to it.
   */
  async alterTables<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    await this.#queue.enter();
    const transaction: Transaction = { isOpen: true, savepoints: 0 };
    try {
      this.#writer.execute("PRAGMA foreign_keys = OFF");
      await this.#begin();
      const result = await this.#current.run(transaction, work);
      const orphans = this.#writer.run({ sql: "PRAGMA foreign_key_check", isWrite: false }, []);
      if (orphans.length > 0) throw new Error(`${orphans.length} rows would refer to rows that do not exist.`);
      await this.#commit();
      return result;
    } finally {
      transaction.isOpen = false;
      if (this.#writer.isInTransaction) this.#writer.execute("ROLLBACK");
      this.#writer.execute("PRAGMA foreign_keys = ON");
      this.#queue.leave();
    }
  }

  async close(): Promise<void> {
    await this.#queue.enter();
    this.#reader.close();
    this.#writer.close();
  }

  #begin(): void | Promise<void> {
    return this.#now(() => this.#writer.execute("BEGIN IMMEDIATE"));
  }

  #commit(): void | Promise<void> {
    return this.#now(() => this.#writer.execute("COMMIT"));
  }

  async #savepoint<Result>(transaction: Transaction, work: () => Result | Promise<Result>): Promise<Result> {
    transaction.savepoints += 1;
    const name = `s${transaction.savepoints}`;
    this.#writer.execute(`SAVEPOINT ${name}`);
    try {
      const result = await work();
      this.#writer.execute(`RELEASE ${name}`);
      return result;
    } catch (error) {
      this.#writer.execute(`ROLLBACK TO ${name}; RELEASE ${name}`);
      throw error;
    }
  }

  #now<Result>(work: () => Result): Result | Promise<Result> {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      return this.#untilFree(work);
    }
  }

  /** Tries again, another process holding the lock, without blocking this one's event loop. */
  async #untilFree<Result>(work: () => Result): Promise<Result> {
    const deadline = performance.now() + this.#options.busySeconds * 1000;
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
