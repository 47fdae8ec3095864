import type { Database, RowValues, SqliteSnapshot } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { kindOf, type ModelMeta, type ModelRegistry } from "../../models/index.ts";
import { quoted } from "../quoted.ts";

/** How many values a statement binds at most; PostgreSQL's protocol counts them with 16 bits. */
const valuesAtOnce = 30_000;
const rowsAtOnce = 1000;
/** What `migrate` itself writes, which comes anew with its keys. */
const writtenByMigrate: ReadonlySet<string> = new Set(["auth_permission", "django_content_type"]);

export interface CopyRowsOptions {
  readonly from: SqliteSnapshot;
  readonly to: Database;
  readonly registry: ModelRegistry;
  /** Is told how far a table is. */
  readonly onProgress: (table: string, copied: number, all: number) => void;
}

/**
 * Copies the rows of every model from an SQLite database, as it is at one moment, to a PostgreSQL one whose tables are
 * there and empty, in one transaction; gives how many. Keys stay what they are, and counting goes on behind them.
 *
 * @throws {ImproperlyConfigured} when a table has rows already, or has not as many in the end: nothing is kept then.
 */
export async function copyRows({ from, to, registry, onProgress }: CopyRowsOptions): Promise<number> {
  let total = 0;
  // As a change of tables it waits for one that goes on, and may take as long as it takes.
  await to.alterTables(async () => {
    for (const meta of registry.metas) await mustBeEmpty(meta, to);
    for (const table of writtenByMigrate) {
      await to.run({ sql: `DELETE FROM ${quoted(table)}`, isWrite: true }, []);
    }
    for (const meta of registry.metas) total += await copyTable(meta, { from, to, registry, onProgress });
  });
  return total;
}

async function mustBeEmpty({ table }: ModelMeta, to: Database): Promise<void> {
  if (writtenByMigrate.has(table)) return;
  const rows = await to.run({ sql: `SELECT 1 FROM ${quoted(table)} LIMIT 1`, isWrite: false }, []);
  if (rows.length === 0) return;
  throw new ImproperlyConfigured(
    `${table} has rows in ${to.location} already. Rows are copied into a database that migrate has just made.`,
  );
}

async function copyTable(meta: ModelMeta, { from, to, onProgress }: CopyRowsOptions): Promise<number> {
  const { fields, primaryKey, table } = meta;
  const all = await countOf(table, from);
  const columns = fields.map(({ column }) => quoted(column)).join(", ");
  const rows = from.rows(`SELECT ${columns} FROM ${quoted(table)} ORDER BY ${quoted(primaryKey.column)}`);
  const encoders = fields.map((field) => kindOf(field).postgresql.encode);
  const size = Math.max(1, Math.min(rowsAtOnce, Math.floor(valuesAtOnce / fields.length)));
  let copied = 0;
  for (const batch of batchesOf(rows, size)) {
    const values = batch.flatMap((row) =>
      row.map((value, index) => (value === null ? null : (encoders[index]?.(value) ?? value))),
    );
    await to.run({ sql: insertSql(meta, batch.length), isWrite: true }, values);
    copied += batch.length;
    onProgress(table, copied, all);
  }
  await countOn(meta, to);
  const there = await countOf(table, to);
  if (there === all) return copied;
  throw new ImproperlyConfigured(`${table} has ${all} rows here and ${there} there: nothing was kept.`);
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

function insertSql({ table, fields }: ModelMeta, count: number): string {
  const columns = fields.map(({ column }) => quoted(column)).join(", ");
  const places = Array.from(
    { length: count },
    (_, row) => `(${fields.map((_field, index) => `$${row * fields.length + index + 1}`).join(", ")})`,
  );
  return `INSERT INTO ${quoted(table)} (${columns}) VALUES ${places.join(", ")}`;
}

/** Has a key that counts up go on behind the rows that are there. */
async function countOn({ table, primaryKey }: ModelMeta, to: Database): Promise<void> {
  if (primaryKey.kind !== "auto" && primaryKey.kind !== "bigAuto") return;
  const column = quoted(primaryKey.column);
  const sql =
    `SELECT setval(pg_get_serial_sequence($1, $2), max(${column})) FROM ${quoted(table)} ` +
    `HAVING max(${column}) IS NOT NULL`;
  await to.run({ sql, isWrite: true }, [quoted(table), primaryKey.column]);
}
