import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, type RowValues, SqliteDatabase } from "../../database/index.ts";
import { copyTables } from "./postgresql-scratch.ts";
import { quoted } from "../schema/quoted.ts";

/** Tables whose rows say what is applied, or what is renamed with a model: they are copied, all others are empty. */
export const copiedTables: readonly string[] = [
  "django_content_type",
  "django_migrations",
  "drf_auth_migration_steps",
  "drf_auth_migrations",
];

/**
 * Does work on a copy of all tables, views and triggers of a database that is thrown away then. It has no rows, so that
 * it takes no time, and it holds nobody.
 */
export async function onScratch<Result>(
  database: Database,
  work: (scratch: Database) => Promise<Result>,
): Promise<Result> {
  if (database.dialect === "postgresql") return onScratchSchema(database, work);
  const folder = mkdtempSync(join(tmpdir(), "drf-auth-sql-"));
  const scratch = new SqliteDatabase(join(folder, "scratch.sqlite3"), { synchronous: "OFF" });
  try {
    return await scratch.alterTables(async () => {
      await copyFile(database, scratch);
      return work(scratch);
    });
  } finally {
    await scratch.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Carries what was found out of a transaction that is undone. */
class Undone<Result> extends Error {
  readonly result: Result;

  constructor(result: Result) {
    super("This is undone.");
    this.result = result;
  }
}

async function onScratchSchema<Result>(
  database: Database,
  work: (scratch: Database) => Promise<Result>,
): Promise<Result> {
  try {
    return await database.transaction(async () => {
      await copyTables(database, copiedTables);
      throw new Undone(await work(database));
    });
  } catch (error) {
    if (error instanceof Undone) return error.result as Result;
    throw error;
  }
}

async function copyFile(from: Database, to: Database): Promise<void> {
  const read = async (sql: string): Promise<readonly RowValues[]> => from.run({ sql, isWrite: false }, []);
  const made = await read("SELECT name, sql, type FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid");
  const names = new Set<string>();
  for (const [name, sql, type] of made.toSorted((a, b) => orderOf(a[2]) - orderOf(b[2]))) {
    const there = await to.run({ sql: "SELECT 1 FROM sqlite_master WHERE name = ?", isWrite: false }, [name ?? null]);
    // A virtual table brings tables of its own; SQLite keeps its counters by itself.
    if (there.length > 0 || String(name).startsWith("sqlite_")) continue;
    await to.script(String(sql));
    if (type === "table") names.add(String(name));
  }
  const counters = await read("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'");
  for (const name of [
    ...copiedTables.filter((one) => names.has(one)),
    ...(counters.length > 0 ? ["sqlite_sequence"] : []),
  ]) {
    for (const row of await read(`SELECT * FROM ${quoted(name)}`)) {
      const places = row.map(() => "?").join(", ");
      await to.run({ sql: `INSERT INTO ${quoted(name)} VALUES (${places})`, isWrite: true }, row);
    }
  }
}

function orderOf(type: unknown): number {
  return ["table", "index", "view", "trigger"].indexOf(String(type));
}
