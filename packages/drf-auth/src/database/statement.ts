/** What a driver takes and gives; anything else is turned into one of these first. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** A row as the driver gives it: values in the order of the selected columns. */
export type RowValues = readonly SqlValue[];

/** SQL that was compiled once and is run many times; drivers keep what they prepared by its text. */
export interface Statement {
  readonly sql: string;
  /** Whether it changes the database, and so needs the one connection that may. */
  readonly isWrite: boolean;
  /** Whether the names of its columns come before its rows, as a row of their own. Default false. */
  readonly hasNames?: boolean;
  /** Whether it asks only if the database answers, and is not waited for long. Default false. */
  readonly isProbe?: boolean;
}
