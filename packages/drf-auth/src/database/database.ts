import { channel } from "node:diagnostics_channel";
import type { RowValues, SqlValue, Statement } from "./statement.ts";

/**
 * A database: the one seam between the framework and a driver.
 *
 * A driver that need not wait answers at once instead of with a promise, and callers await only promises.
 */
export interface Database {
  /** Whose SQL it speaks. */
  readonly dialect: Dialect;

  /** What is printed at start: a file's path or a server's address, without credentials. */
  readonly location: string;

  /**
   * Runs a statement and gives its rows. Inside `transaction` it runs there, in whatever function it is called.
   *
   * @throws {UniqueViolation} when a row would repeat what must be unique.
   * @throws {CheckViolation} when a row would not meet what its table asks of it.
   * @throws {ReferenceViolation} when a row would refer to one that is not there.
   * @throws {ServiceUnavailable} when the database stays locked longer than it may.
   */
  run(statement: Statement, values: readonly SqlValue[]): readonly RowValues[] | Promise<readonly RowValues[]>;

  /**
   * Runs text of one statement or several, which take no values and give no rows, in one transaction. Beside one, as
   * `outside` runs work, one statement stands for itself, and several are a transaction.
   *
   * @throws {TransactionEnded} when the text ends the transaction around it, or leaves one open.
   */
  script(sql: string): Promise<void>;

  /**
   * Runs work in one transaction: all of it is kept when it ends, none when it throws. Within another, a savepoint.
   *
   * PostgreSQL is told of it with the first statement: work that makes none holds no connection.
   */
  transaction<Result>(work: () => Result | Promise<Result>): Promise<Result>;

  /** Whether what runs now belongs to a transaction, and whether that has begun: something was asked in it, or waits for its end. */
  readonly transactionState: "begun" | "none" | "waiting";

  /**
   * Runs a change of tables in one transaction, alone: two processes that migrate at once do it one after the other, however
   * long that takes. SQLite has foreign keys off meanwhile, and tells `onWait` every some seconds that it waits.
   */
  alterTables<Result>(work: () => Result | Promise<Result>, onWait?: () => void): Promise<Result>;

  /**
   * Runs work beside the transaction around it, without limits of time, each statement kept at once: what PostgreSQL does
   * in no transaction, such as an index that is made concurrently. SQLite, which has no such thing, runs it within.
   */
  outside<Result>(work: () => Promise<Result>): Promise<Result>;

  /** Waits until no other transaction holds the lock of a name, and holds it until this one ends. */
  lock(name: string): void | Promise<void>;

  /** Does work once the transaction around it is kept, as Django's `on_commit`; never where it is undone. */
  onCommit(work: () => unknown): void;

  /** Does work if the transaction around it, or one around that, is undone. */
  onRollback(work: () => unknown): void;

  close(): Promise<void>;
}

export type Dialect = "postgresql" | "sqlite";

/** A row would repeat what must be unique. */
export class UniqueViolation extends Error {
  override readonly name = "UniqueViolation";
  readonly table: string;
  readonly columns: readonly string[];
  /** What the database calls the constraint or the index; undefined where it does not say. */
  readonly constraint: string | undefined;

  constructor(
    table: string,
    columns: readonly string[],
    { constraint, ...options }: ErrorOptions & { readonly constraint?: string | undefined } = {},
  ) {
    const what =
      columns.length > 0 ? `A row of ${table} with this ${columns.join(", ")}` : `A row that ${constraint} forbids`;
    super(`${what} already exists.`, options);
    this.table = table;
    this.columns = columns;
    this.constraint = constraint;
  }
}

/** A transaction is no longer open where something was done in it: SQL of one's own has ended it, and begun another perhaps. */
export class TransactionEnded extends Error {
  override readonly name = "TransactionEnded";

  constructor(cause: unknown) {
    const why = cause instanceof Error ? ` (${cause.message})` : "";
    super(`COMMIT, ROLLBACK or BEGIN in it ended or left open a transaction that is not its own${why}`, { cause });
  }
}

/** A row would not meet what its table asks of every row. */
export class CheckViolation extends Error {
  override readonly name = "CheckViolation";
  /** What the database calls the constraint; on SQLite its text where it has no name. */
  readonly constraint: string;

  constructor(constraint: string, options?: ErrorOptions) {
    super(`A row violates the constraint ${constraint}.`, options);
    this.constraint = constraint;
  }
}

/** A row would refer to one that is not there, or one goes to which others refer. */
export class ReferenceViolation extends Error {
  override readonly name = "ReferenceViolation";
}

/** What is said of each statement that ran. Values are left out: they may be secret. */
export interface StatementEvent {
  readonly sql: string;
  readonly milliseconds: number;
}

/** The `node:diagnostics_channel` on which every statement is published once it ran. */
export const statementChannel = channel("drf-auth:statement");
