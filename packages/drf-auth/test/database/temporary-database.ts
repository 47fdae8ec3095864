import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  type RowValues,
  SqliteDatabase,
  type SqliteOptions,
  type SqlValue,
  type StatementEvent,
  statementChannel,
} from "../../src/database/index.ts";

/** A folder that is removed when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "drf-auth-database-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A database in a file of its own, with the tables that `schema` makes, that is removed when the test has ended. */
export async function temporaryDatabase(schema = "", options: Partial<SqliteOptions> = {}): Promise<SqliteDatabase> {
  const database = new SqliteDatabase(join(temporaryFolder(), "test.sqlite3"), options);
  onTestFinished(() => database.close());
  const statements = schema.split(";").filter((sql) => sql.trim() !== "");
  await database.transaction(async () => {
    for (const sql of statements) await write(database, sql);
  });
  return database;
}

/** Runs a statement that changes the database. */
export async function write(
  database: SqliteDatabase,
  sql: string,
  ...values: SqlValue[]
): Promise<readonly RowValues[]> {
  return database.run({ sql, isWrite: true }, values);
}

/** Runs a statement that only reads. */
export async function read(
  database: SqliteDatabase,
  sql: string,
  ...values: SqlValue[]
): Promise<readonly RowValues[]> {
  return database.run({ sql, isWrite: false }, values);
}

/** The SQL of the statements that run until the test has ended. */
export function observedStatements(): string[] {
  const observed: string[] = [];
  const note = (event: unknown): void => void observed.push((event as StatementEvent).sql);
  statementChannel.subscribe(note);
  onTestFinished(() => void statementChannel.unsubscribe(note));
  return observed;
}
