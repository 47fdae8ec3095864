import type { Database, RowValues, SqliteSnapshot, SqlValue } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import type { ModelRegistry } from "../../models/index.ts";
import { quoted } from "../schema/quoted.ts";
import { comparisonOf, type CopiedTable, mustBeNamed } from "./comparison.ts";
import { refuseDanglingReferences } from "./dangling-references.ts";
import { isOfData, reasonOf, remedy, RowInsertion } from "./row-insertion.ts";

/** What `migrate` itself writes, which comes anew with its keys. */
const writtenByMigrate: ReadonlySet<string> = new Set(["auth_permission", "django_content_type"]);

export interface CopyRowsOptions {
  readonly from: SqliteSnapshot;
  readonly to: Database;
  readonly registry: ModelRegistry;
  /** The tables and columns (`table.column`) that may be left out though they hold something: no model names them. */
  readonly leaveOut?: readonly string[];
  /** Is told how far a table is. */
  readonly onProgress: (table: string, copied: number, all: number) => void;
}

/**
 * Copies the rows of every model from an SQLite database, as it is at one moment, to a PostgreSQL one whose tables are
 * there and empty, in one transaction; gives how many. Keys stay what they are, and counting goes on behind them.
 *
 * @throws {ImproperlyConfigured} when a table has rows already, or has not as many in the end: nothing is kept then.
 */
export async function copyRows({ from, to, registry, leaveOut = [], onProgress }: CopyRowsOptions): Promise<number> {
  const comparison = await comparisonOf(from, to, registry);
  await mustBeNamed(comparison, from, leaveOut);
  refuseDanglingReferences(from, comparison.tables);
  let total = 0;
  // As a change of tables it waits for one that goes on, and may take as long as it takes.
  await to.alterTables(async () => {
    for (const { name } of comparison.tables) await mustBeEmpty(name, to);
    for (const table of writtenByMigrate) {
      await to.run({ sql: `DELETE FROM ${quoted(table)}`, isWrite: true }, []);
    }
    for (const table of comparison.tables) total += await copyTable(table, { from, to, onProgress });
    // Else foreign keys are looked at when all is to be kept, and the server's own error is all there is.
    await mendable("", () => to.run({ sql: "SET CONSTRAINTS ALL IMMEDIATE", isWrite: true }, []));
    // Last, for it is not undone with the rest.
    const highest = highestKeys(from);
    for (const table of comparison.tables) await countOn(table, highest.get(table.name.toLowerCase()), to);
  });
  return total;
}

async function mustBeEmpty(table: string, to: Database): Promise<void> {
  if (writtenByMigrate.has(table)) return;
  const rows = await to.run({ sql: `SELECT 1 FROM ${quoted(table)} LIMIT 1`, isWrite: false }, []);
  if (rows.length === 0) return;
  throw new ImproperlyConfigured(
    `${table} has rows in ${to.location} already. Rows are copied into a database that migrate has just made.`,
  );
}

async function copyTable(
  table: CopiedTable,
  { from, to, onProgress }: Pick<CopyRowsOptions, "from" | "onProgress" | "to">,
): Promise<number> {
  const { columns, key, name } = table;
  const all = await countOf(name, from);
  const names = columns.map((column) => quoted(column.name)).join(", ");
  const rows = from.rows(`SELECT ${names} FROM ${quoted(name)} ORDER BY ${quoted(key)}`);
  const insertion = new RowInsertion(table, from, to);
  let copied = 0;
  for (const batch of batchesOf(rows, insertion.batchSize)) {
    await insertion.insert(batch);
    copied += batch.length;
    onProgress(name, copied, all);
  }
  const there = await countOf(name, to);
  if (there === all) return copied;
  throw new ImproperlyConfigured(`${name} has ${all} rows here and ${there} there: nothing was kept.`);
}

function* batchesOf(rows: Iterable<RowValues>, size: number): Generator<readonly RowValues[], void, void> {
  let batch: RowValues[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function countOf(table: string, database: Database): Promise<number> {
  const rows = await database.run({ sql: `SELECT count(*) FROM ${quoted(table)}`, isWrite: false }, []);
  return Number(rows[0]?.[0]);
}

/** The highest key that each table that counts ever gave, by its name in lower case. */
function highestKeys(from: SqliteSnapshot): ReadonlyMap<string, SqlValue> {
  // It is there once a table has asked for it.
  const sql = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'";
  if (from.run({ sql, isWrite: false }, []).length === 0) return new Map();
  return new Map(
    [...from.rows("SELECT name, seq FROM sqlite_sequence")].map(([name, key = null]) => [
      String(name).toLowerCase(),
      key,
    ]),
  );
}

/** Has a key that counts up go on behind the rows that are there, and behind those that were there once. */
async function countOn(
  { name, key, isCounted }: CopiedTable,
  given: SqlValue | undefined,
  to: Database,
): Promise<void> {
  if (!isCounted) return;
  const highest = `greatest(max(${quoted(key)}), CAST($3 AS bigint))`;
  const sql = `SELECT setval(pg_get_serial_sequence($1, $2), ${highest}) FROM ${quoted(name)} HAVING ${highest} > 0`;
  await mendable(`${name}: `, () => to.run({ sql, isWrite: true }, [quoted(name), key, given ?? null]));
}

/** Does work; where the rows are at fault, the error is one paragraph that says so. */
async function mendable(where: string, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isOfData(error)) throw error;
    throw new ImproperlyConfigured(`${where}${reasonOf(error)}. ${remedy}`, { cause: error });
  }
}
