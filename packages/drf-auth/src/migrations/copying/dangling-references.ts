import type { SqliteSnapshot, SqlValue } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { quoted } from "../schema/quoted.ts";
import type { CopiedTable } from "./comparison.ts";
import { remedy } from "./row-insertion.ts";

const keysShown = 10;

/**
 * Looks for rows that refer to rows that are not there: SQLite lets them in where foreign keys are off, as in its shell.
 *
 * @throws {ImproperlyConfigured} when there are such; the message has their tables, columns and keys.
 */
export function refuseDanglingReferences(from: SqliteSnapshot, tables: readonly CopiedTable[]): void {
  const copied = new Set(tables.map(({ name }) => name.toLowerCase()));
  const read = (sql: string, ...values: readonly SqlValue[]) => from.run({ sql, isWrite: false }, values);
  const lines = tables.flatMap((table) => {
    const found = read('SELECT "rowid", parent, fkid FROM pragma_foreign_key_check(?)', table.name);
    const dangling = found.filter(([, parent]) => copied.has(String(parent).toLowerCase()));
    return [...Map.groupBy(dangling, ([, , reference]) => reference ?? null)].map(([reference, rows]) => {
      const columns = read('SELECT "from" FROM pragma_foreign_key_list(?) WHERE id = ?', table.name, reference);
      const keys = rows.slice(0, keysShown).flatMap(([row = null]) => keyOf(row, table, read));
      const others = rows.length > keys.length ? ` and ${rows.length - keys.length} more` : "";
      return `  - ${table.name}, ${columns.join(", ")}: no such row of ${rows[0]?.[1]} (${table.key} ${keys.join(", ")}${others})\n`;
    });
  });
  if (lines.length === 0) return;
  throw new ImproperlyConfigured(
    `Rows of ${from.location} refer to rows that are not there (PRAGMA foreign_key_check):\n${lines.join("")}${remedy}`,
  );
}

type Read = (sql: string, ...values: readonly SqlValue[]) => ReturnType<SqliteSnapshot["run"]>;

/** The key of a row by SQLite's own number of it, which a table may be without. */
function keyOf(row: SqlValue, { name, key }: CopiedTable, read: Read): readonly string[] {
  if (row === null) return [];
  return read(`SELECT ${quoted(key)} FROM ${quoted(name)} WHERE rowid = ?`, row).map(String);
}
