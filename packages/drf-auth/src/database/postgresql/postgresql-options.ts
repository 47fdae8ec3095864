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
  /** Is told of a connection that was lost while nobody used it, or because the server was silent. */
  readonly onLostConnection: (error: Error) => void;
  /** Is told once what whoever runs the server should know. */
  readonly onNotice: (message: string) => void;
}

export const postgresqlDefaults: PostgresqlOptions = Object.freeze({
  busySeconds: 5,
  poolSize: 10,
  hasPreparedStatements: true,
  statementSeconds: 30,
  slowStatementMilliseconds: 100,
  onSlowStatement: () => {},
  onLostConnection: () => {},
  onNotice: () => {},
});

/** How long the answer to a statement is waited for, in seconds. */
export interface TimeLimits {
  /** What takes no time of its own: a connection, the begin of a transaction. */
  readonly brief: number;
  /** What asks only whether the server answers. */
  readonly probe: number;
  readonly statement: number;
}

/** The server itself ends a statement that takes too long: only one that is silent comes this far. */
const marginSeconds = 2;
const probeSeconds = 2;
/** Of the time that is waited for a connection: what failed is then told, not only that it took too long. */
const partForConnecting = 0.9;

/** The limits of who asks; nought is none, as for the server. */
export function timeLimits({ busySeconds, statementSeconds }: PostgresqlOptions): TimeLimits {
  const brief = (busySeconds || postgresqlDefaults.busySeconds) * partForConnecting;
  return {
    brief,
    probe: Math.min(brief, probeSeconds),
    statement: statementSeconds === 0 ? Infinity : statementSeconds + marginSeconds,
  };
}

/** What the text of times depends on, and how long the server itself lets things take. */
export function sessionSettings(options: PostgresqlOptions): string {
  const settings = ["SET TimeZone TO 'UTC'", "SET DateStyle TO 'ISO, YMD'"];
  // A pooler gives the connection to others, who would find these there.
  if (options.hasPreparedStatements) settings.push(...serverLimits(options).map((limit) => `SET ${limit}`));
  return settings.join("; ");
}

/** What begins a transaction; its limits come along where the session has none. */
export function beginning(options: PostgresqlOptions): string {
  if (options.hasPreparedStatements) return "BEGIN";
  return ["BEGIN", ...serverLimits(options).map((limit) => `SET LOCAL ${limit}`)].join("; ");
}

function serverLimits({ busySeconds, statementSeconds }: PostgresqlOptions): readonly string[] {
  return [
    `statement_timeout TO ${Math.round(statementSeconds * 1000)}`,
    `lock_timeout TO ${Math.round(busySeconds * 1000)}`,
  ];
}
