import { ValidationError } from "../../errors.ts";
import { type StatementEvent, statementChannel } from "../database.ts";
import type { RowValues, SqlValue, Statement } from "../statement.ts";
import type { Connection } from "./connection.ts";
import { isLost, isMisnamedStatement, isOutdatedStatement, isReadOnly, translated } from "./driver-error.ts";
import { notices } from "./notices.ts";
import { type PostgresqlOptions, timeLimits } from "./postgresql-options.ts";
import { StatementNames } from "./statement-names.ts";

export interface RunOptions {
  /** How long the server may be silent. */
  readonly seconds: number;
  /** Whether a statement that did not run is run again: not in a transaction, which its failure has undone. */
  readonly mayTryAgain: boolean;
}

/** Runs statements on connections, says how long they took, and learns from how they fail. */
export class StatementRunner {
  readonly #options: PostgresqlOptions;
  readonly #location: string;
  readonly #briefSeconds: number;
  readonly #names: StatementNames;
  readonly #told = new Set<string>();

  constructor(options: PostgresqlOptions, location: string) {
    this.#options = options;
    this.#location = location;
    this.#briefSeconds = timeLimits(options).brief;
    this.#names = new StatementNames(options.hasPreparedStatements);
  }

  /** Runs a statement by the name under which it is kept, or by none where that is empty. */
  async run(
    client: Connection,
    statement: Statement,
    values: readonly SqlValue[],
    options: RunOptions,
    name = this.#names.of(statement.sql),
  ): Promise<readonly RowValues[]> {
    for (const value of values) {
      if (typeof value === "string" && value.includes("\0"))
        throw new ValidationError("Null characters are not allowed.");
    }
    const { sql, hasNames } = statement;
    const started = performance.now();
    try {
      const { rows, fields } = await client.run(sql, values, name, options.seconds);
      return hasNames ? [fields.map((field) => field.name), ...rows] : rows;
    } catch (error) {
      this.#learn(error, client);
      const isOfItsName = isMisnamedStatement(error) || isOutdatedStatement(error);
      if (!name || !options.mayTryAgain || !isOfItsName) throw translated(error);
    } finally {
      this.#observe(sql, performance.now() - started);
    }
    return this.run(client, statement, values, options, "");
  }

  /** Runs what takes no values and gives no rows; gives what the server says that it did. */
  async execute(client: Connection, sql: string, seconds = this.#briefSeconds): Promise<string> {
    const started = performance.now();
    try {
      return await client.execute(sql, seconds);
    } catch (error) {
      this.#learn(error, client);
      throw translated(error);
    } finally {
      this.#observe(sql, performance.now() - started);
    }
  }

  /** Draws from an error what holds for the statements after it. */
  #learn(error: unknown, client: Connection): void {
    if (isLost(error)) client.destroy(error as Error);
    else if (isOutdatedStatement(error)) client.isStale = true;
    else if (isReadOnly(error)) {
      client.renewSoon();
      this.#tell(notices.readOnly(this.#location));
    } else if (isMisnamedStatement(error)) {
      this.#names.switchOff();
      this.#tell(notices.pooler);
    }
  }

  #tell(notice: string): void {
    if (this.#told.has(notice)) return;
    this.#told.add(notice);
    this.#options.onNotice(notice);
  }

  #observe(sql: string, milliseconds: number): void {
    if (statementChannel.hasSubscribers) statementChannel.publish({ sql, milliseconds } satisfies StatementEvent);
    if (milliseconds > this.#options.slowStatementMilliseconds) this.#options.onSlowStatement({ sql, milliseconds });
  }
}
