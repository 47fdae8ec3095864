import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Database } from "../database.ts";
import type { RowValues, SqlValue, Statement } from "../statement.ts";
import { readTransaction, unreadable } from "./read-transaction.ts";

/** An SQLite database as it was when it was opened, only to be read: what others write meanwhile is not seen. */
export class SqliteSnapshot implements AsyncDisposable, Database {
  readonly dialect = "sqlite";
  readonly location: string;
  readonly transactionState = "begun";
  readonly #driver: DatabaseSync;

  /** @throws {ImproperlyConfigured} when there is no database. */
  constructor(path: string) {
    this.location = path;
    this.#driver = readTransaction(path);
  }

  run({ sql, hasNames }: Statement, values: readonly SqlValue[]): readonly RowValues[] {
    return this.#read(() => {
      const statement = this.#prepared(sql);
      const rows = statement.all(...values) as unknown as RowValues[];
      return hasNames ? [statement.columns().map(({ name }) => name), ...rows] : rows;
    });
  }

  /** Reads rows one after another; whole numbers are bigints, so that none is too large. */
  *rows(sql: string): Generator<RowValues, void, void> {
    const found = this.#read(() => {
      const statement = this.#prepared(sql);
      statement.setReadBigInts(true);
      return statement.iterate() as unknown as Iterator<RowValues, void>;
    });
    for (;;) {
      const { done, value } = this.#read(() => found.next());
      if (done) return;
      yield value as RowValues;
    }
  }

  async transaction<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    return work();
  }

  async outside<Result>(work: () => Promise<Result>): Promise<Result> {
    return work();
  }

  alterTables(): never {
    throw this.#isOnlyRead();
  }

  script(): never {
    throw this.#isOnlyRead();
  }

  lock(): void {}

  onCommit(): never {
    throw this.#isOnlyRead();
  }

  onRollback(): never {
    throw this.#isOnlyRead();
  }

  async close(): Promise<void> {
    this.#driver.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#driver.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  }

  #read<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw unreadable(error, this.location);
    }
  }

  #isOnlyRead(): TypeError {
    return new TypeError(`${this.location} is only read.`);
  }
}
