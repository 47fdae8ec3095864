import type { StatementEvent } from "../database.ts";

export interface PostgresqlOptions {
  /** How long a statement waits for a connection or a lock before it is answered 503, in seconds. */
  readonly busySeconds: number;
  /** How many connections a worker holds at most. */
  readonly poolSize: number;
  /** Whether statements are prepared by name: not behind a pooler that gives each transaction another connection. */
  readonly hasPreparedStatements: boolean;
  /** How long a statement may run, in seconds. */
  readonly statementSeconds: number;
  /** Statements that take longer are reported, in milliseconds. */
  readonly slowStatementMilliseconds: number;
  readonly onSlowStatement: (event: StatementEvent) => void;
  /** Is told of a connection that was lost while nobody used it. */
  readonly onLostConnection: (error: Error) => void;
}

export const postgresqlDefaults: PostgresqlOptions = Object.freeze({
  busySeconds: 5,
  poolSize: 10,
  hasPreparedStatements: true,
  statementSeconds: 30,
  slowStatementMilliseconds: 100,
  onSlowStatement: () => {},
  onLostConnection: () => {},
});

/** What the text of times depends on, and how long the server itself lets things take. */
export function sessionSettings({ busySeconds, statementSeconds, hasPreparedStatements }: PostgresqlOptions): string {
  const settings = ["SET TimeZone TO 'UTC'", "SET DateStyle TO 'ISO, YMD'"];
  // A pooler gives the connection to others, who would find these there.
  if (hasPreparedStatements) {
    settings.push(`SET statement_timeout TO ${Math.round(statementSeconds * 1000)}`);
    settings.push(`SET lock_timeout TO ${Math.round(busySeconds * 1000)}`);
  }
  return settings.join("; ");
}
