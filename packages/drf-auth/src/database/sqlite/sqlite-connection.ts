import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type StatementEvent, statementChannel } from "../database.ts";
import type { RowValues, SqlValue, Statement } from "../statement.ts";
import { translated } from "./driver-error.ts";

export interface SqliteConnectionOptions {
  readonly path: string;
  readonly isReadOnly: boolean;
  /** How safely a commit reaches the disk; Django's default is FULL. */
  readonly synchronous: "FULL" | "NORMAL" | "OFF";
  readonly onSlowStatement: (event: StatementEvent) => void;
  readonly slowStatementMilliseconds: number;
}

/** Longer waits are ours, asynchronous: the driver's own would block the event loop. */
const driverBusyMilliseconds = 5;
/** While a connection opens nothing else waits for the loop, and several workers may turn WAL on at once. */
const openingBusyMilliseconds = 5000;
const maxPreparedStatements = 500;

/** One connection to an SQLite file, with the statements that it has prepared. */
export class SqliteConnection {
  readonly #driver: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();
  readonly #options: SqliteConnectionOptions;

  constructor(options: SqliteConnectionOptions) {
    this.#options = options;
    this.#driver = new DatabaseSync(options.path, { timeout: openingBusyMilliseconds });
    this.#driver.exec("PRAGMA foreign_keys = ON");
    this.#driver.exec(`PRAGMA synchronous = ${options.synchronous}`);
    if (options.isReadOnly) this.#driver.exec("PRAGMA query_only = ON");
    else this.#driver.exec("PRAGMA journal_mode = WAL");
    this.#driver.exec(`PRAGMA busy_timeout = ${driverBusyMilliseconds}`);
  }

  run(statement: Statement, values: readonly SqlValue[]): readonly RowValues[] {
    refuseNamedValues(values[0]);
    const prepared = this.#prepared.get(statement.sql) ?? this.#prepare(statement.sql);
    const started = performance.now();
    try {
      const rows = prepared.all(...values) as unknown as RowValues[];
      return statement.hasNames ? [prepared.columns().map(({ name }) => name), ...rows] : rows;
    } catch (error) {
      throw translated(error, this.#options.path);
    } finally {
      this.#observe(statement.sql, performance.now() - started);
    }
  }

  /** Runs text that takes no values and gives no rows: BEGIN, COMMIT, PRAGMA, several statements of a migration. */
  execute(sql: string): void {
    const started = performance.now();
    try {
      this.#driver.exec(sql);
    } catch (error) {
      throw translated(error, this.#options.path);
    }
    this.#observe(sql, performance.now() - started);
  }

  get isInTransaction(): boolean {
    return this.#driver.isTransaction;
  }

  close(): void {
    this.#prepared.clear();
    if (this.#driver.isOpen) this.#driver.close();
  }

  #prepare(sql: string): StatementSync {
    const prepared = this.#driver.prepare(sql);
    prepared.setReturnArrays(true);
    const oldest = this.#prepared.size >= maxPreparedStatements ? this.#prepared.keys().next().value : undefined;
    if (oldest !== undefined) this.#prepared.delete(oldest);
    this.#prepared.set(sql, prepared);
    return prepared;
  }

  #observe(sql: string, milliseconds: number): void {
    if (statementChannel.hasSubscribers) statementChannel.publish({ sql, milliseconds } satisfies StatementEvent);
    if (milliseconds > this.#options.slowStatementMilliseconds) this.#options.onSlowStatement({ sql, milliseconds });
  }
}

/** The driver takes an object that comes first, such as a Date, for values by name, and stores NULL for the rest. */
function refuseNamedValues(first: unknown): void {
  if (typeof first !== "object" || first === null || ArrayBuffer.isView(first)) return;
  throw new TypeError("A value is an object: turn it into text or a number first.");
}
