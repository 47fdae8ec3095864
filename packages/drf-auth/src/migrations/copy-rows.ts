import type { Database, RowValues, SqlValue } from "../database/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import { keyOf, kindOf, type ModelMeta, type ModelRegistry, QuerySet } from "../models/index.ts";
import { quoted } from "./quoted.ts";

/** How many values a statement binds at most; PostgreSQL's protocol counts them with 16 bits. */
const valuesAtOnce = 30_000;
const rowsAtOnce = 1000;
/** What `migrate` itself writes, which comes anew with its keys. */
const writtenByMigrate: ReadonlySet<string> = new Set(["auth_permission", "django_content_type"]);

export interface CopyRowsOptions {
  readonly from: Database;
  readonly to: Database;
  readonly registry: ModelRegistry;
  /** Is told how far a table is. */
  readonly onProgress: (table: string, copied: number, all: number) => void;
}

/**
 * Copies the rows of every model from an SQLite database to a PostgreSQL one whose tables are there and empty, in one
 * transaction; gives how many. Keys stay what they are, and counting goes on behind them.
 *
 * @throws {ImproperlyConfigured} when a table has rows already, or has not as many in the end: nothing is kept then.
 */
export async function copyRows({ from, to, registry, onProgress }: CopyRowsOptions): Promise<number> {
  let total = 0;
  await to.transaction(async () => {
    for (const meta of registry.metas) await mustBeEmpty(meta, to);
    for (const table of ["auth_permission", "django_content_type"]) {
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
  const paths = fields.map((field) => ({ relations: [], field }));
  const keyAt = fields.indexOf(primaryKey);
  const rows = QuerySet.of(meta, from).orderBy("pk");
  const all = await rows.count();
  const size = Math.max(1, Math.min(rowsAtOnce, Math.floor(valuesAtOnce / fields.length)));
  const encoders = fields.map((field) => kindOf(field).postgresql.encode);
  const decode = kindOf(primaryKey).fromDatabase;
  let copied = 0;
  let last: RowValues | undefined;
  for (;;) {
    const stored = last?.[keyAt] ?? null;
    const key = stored !== null && decode ? decode(stored, keyOf(primaryKey).options) : stored;
    const rest = last ? rows.after([{ relations: [], field: primaryKey, isDescending: false }], [key]) : rows;
    const found = await rest.select({ key: "copy", paths }, { limit: size, offset: 0 });
    if (found.length === 0) break;
    const values = found.flatMap((row) =>
      row.map((value, index) => (value === null ? null : (encoders[index]?.(value) ?? value)) as SqlValue),
    );
    await to.run({ sql: insertSql(meta, found.length), isWrite: true }, values);
    copied += found.length;
    last = found.at(-1);
    onProgress(table, copied, all);
  }
  await countOn(meta, to);
  const there = await QuerySet.of(meta, to).count();
  if (there === all) return copied;
  throw new ImproperlyConfigured(
    `${table} has ${all} rows here and ${there} there: nothing was kept. Stop what writes.`,
  );
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
