import type { CustomTypesConfig, Pool, PoolClient } from "pg";
import { ValidationError } from "../../errors.ts";
import { type StatementEvent, statementChannel, TransactionEnded } from "../database.ts";
import type { RowValues, SqlValue, Statement } from "../statement.ts";
import { translated } from "./driver-error.ts";
import type { PostgresqlOptions } from "./postgresql-options.ts";
import { storedForm } from "./stored-form.ts";

/** A server would keep the plans of every statement for every connection: what comes after these is planned each time. */
const maxPreparedStatements = 500;

/** Runs statements on connections of PostgreSQL, prepared by names that all of them share. */
export class StatementRunner {
  readonly #options: PostgresqlOptions;
  readonly #names = new Map<string, string>();

  constructor(options: PostgresqlOptions) {
    this.#options = options;
  }

  async query(
    client: Pool | PoolClient,
    { sql, hasNames }: Statement,
    values: readonly SqlValue[],
  ): Promise<readonly RowValues[]> {
    for (const value of values) {
      if (typeof value === "string" && value.includes("\0"))
        throw new ValidationError("Null characters are not allowed.");
    }
    const started = performance.now();
    const name = this.#nameOf(sql);
    try {
      const { rows, fields } = await client.query<SqlValue[]>({
        text: sql,
        values: values as SqlValue[],
        rowMode: "array",
        types: storedForm as CustomTypesConfig,
        ...(name !== undefined && { name }),
      });
      return hasNames ? [fields.map((field) => field.name), ...rows] : rows;
    } catch (error) {
      throw translated(error);
    } finally {
      this.#observe(sql, performance.now() - started);
    }
  }

  /** Runs what takes no values and gives no rows; gives what the server says that it did. */
  async execute(client: PoolClient, sql: string): Promise<string> {
    const started = performance.now();
    try {
      return (await client.query(sql)).command;
    } catch (error) {
      throw translated(error);
    } finally {
      this.#observe(sql, performance.now() - started);
    }
  }

  #nameOf(sql: string): string | undefined {
    if (!this.#options.hasPreparedStatements) return undefined;
    const known = this.#names.get(sql);
    if (known !== undefined || this.#names.size >= maxPreparedStatements) return known;
    const name = `d${this.#names.size}`;
    this.#names.set(sql, name);
    return name;
  }

  #observe(sql: string, milliseconds: number): void {
    if (statementChannel.hasSubscribers) statementChannel.publish({ sql, milliseconds } satisfies StatementEvent);
    if (milliseconds > this.#options.slowStatementMilliseconds) this.#options.onSlowStatement({ sql, milliseconds });
  }
}

/** A failure that was caught has spoilt a transaction all the same, and the server would undo it without a word. */
export function mustBeKept(ended: string): void {
  if (ended !== "ROLLBACK") return;
  throw new Error(
    "The transaction was undone, for a statement in it failed. Run what may fail in a transaction within it.",
  );
}

/** Says what it means that there is no savepoint, or no transaction, any more where one shall end. */
export function endedWithin(cause?: unknown): (error: unknown) => never {
  return (error) => {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "25P02") mustBeKept("ROLLBACK");
    throw code === "3B001" || code === "25P01" ? new TransactionEnded(cause) : error;
  };
}
