import { type RawBuilder, sql } from "kysely";
import type { Database } from "../../database/index.ts";
import type { QueryShape, RowLock } from "./query-shape.ts";

export interface LockOptions {
  /** Whether rows that another transaction holds are left out. Default false: they are waited for. */
  readonly skipLocked?: boolean;
  /** Whether it is ServiceUnavailable at once where another transaction holds one of them. Default false. */
  readonly noWait?: boolean;
}

/** @throws {TypeError} when rows that are held are to be left out and to be an error. */
export function lockOf({ skipLocked = false, noWait = false }: LockOptions): RowLock {
  if (skipLocked && noWait) throw new TypeError("selectForUpdate: write skipLocked or noWait, not both.");
  if (skipLocked) return "skipLocked";
  return noWait ? "noWait" : "wait";
}

/** @throws {Error} outside of a transaction, where rows would be held no longer than the statement takes. */
export function mustBeInTransaction({ transactionState }: Database): void {
  if (transactionState !== "none") return;
  throw new Error(
    "selectForUpdate belongs into a transaction, which holds the rows to its end: read and change them within " +
      "database.transaction(async () => { … }).",
  );
}

const words: Readonly<Record<RowLock, readonly [strength: string, end: string]>> = Object.freeze({
  keepsKey: ["no key update", ""],
  noWait: ["update", " nowait"],
  skipLocked: ["update", " skip locked"],
  wait: ["update", ""],
});

/** What ends a statement that holds its rows; SQLite has one writer at a time, and no words for it. */
export function lockSql({ dialect, meta }: QueryShape, lock: RowLock): RawBuilder<unknown> {
  if (dialect === "sqlite") return sql``;
  const [strength, end] = words[lock];
  return sql`for ${sql.raw(strength)} of ${sql.table(meta.table)}${sql.raw(end)}`;
}
