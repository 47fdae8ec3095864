import { sql } from "kysely";
import type { Database, RowValues, SqlValue } from "../../database/index.ts";
import type { InsertConflict } from "./insert-conflict.ts";
import { mustBeDefined } from "../fields/defined-values.ts";
import { kindOf } from "../fields/field-codec.ts";
import type { ModelMeta } from "../model-meta.ts";
import { selectSql } from "./query-sql.ts";
import type { Selection } from "./selection.ts";
import { bind, type compile, type CompiledStatement, Parameter, sqlBuilders } from "./sql.ts";
import { insertValues } from "../fields/stored-values.ts";

/** Rows that one statement makes at most: a statement is kept for each number of them. */
export const rowsAtOnce = 100;

type NewRow = readonly (readonly [column: string, value: SqlValue])[];
type Given = Readonly<Record<string, unknown>>;
export type Statements = (key: string, build: () => Parameters<typeof compile>[0]) => CompiledStatement;

/** Makes rows, each of what it is given and of defaults; gives the primary keys of those made or changed, in order. */
export async function insertRows(
  { meta, database }: { readonly meta: ModelMeta; readonly database: Database },
  given: readonly Given[],
  statementOf: Statements,
  conflict?: InsertConflict,
): Promise<unknown[]> {
  const rows = given.map((one) => newRow(meta, one, database));
  const keys: unknown[] = [];
  const { fromDatabase } = kindOf(meta.primaryKey);
  const end = conflict ? ` conflict ${conflict.unique.join()}=${conflict.update.join()}` : "";
  for (const some of batches(rows, conflict?.unique ?? [])) {
    const columns = columnsOf(some[0]);
    const values = some.flatMap((row) => row.map(([, value]) => value));
    const count = some.length;
    const statement = statementOf(`insert ${count === 1 ? "" : `${count} `}${columns.join()}${end}`, () =>
      insertSql(meta, database, columns, { count, conflict }),
    );
    for (const [key = null] of await database.run(statement, bind(statement, values))) {
      keys.push(key !== null && fromDatabase ? fromDatabase(key, meta.primaryKey.options) : key);
    }
  }
  return keys;
}

function newRow(meta: ModelMeta, given: Given, { dialect }: Database): NewRow {
  mustBeDefined("insert", given);
  return insertValues(meta, given, dialect);
}

/** Rows that one statement makes: of the same columns, for a key that was given is a column more. */
function batches(rows: readonly NewRow[], unique: readonly string[]): readonly (readonly NewRow[])[] {
  const made: NewRow[][] = [];
  let columns: string | undefined;
  let seen = new Set<string>();
  for (const row of rows) {
    const own = columnsOf(row).join();
    const identity = identityOf(row, unique);
    const last = made.at(-1);
    // One statement may not change a row twice: what repeats a row of it comes after it.
    const isRepeated = identity !== undefined && seen.has(identity);
    // Of a row without a column there is no second in a statement.
    if (last && own !== "" && last.length < rowsAtOnce && own === columns && !isRepeated) {
      last.push(row);
    } else {
      made.push([row]);
      columns = own;
      seen = new Set();
    }
    if (identity !== undefined) seen.add(identity);
  }
  return made;
}

/** What no other row may have; undefined where that is not known or null, which equals nothing. */
function identityOf(row: NewRow, unique: readonly string[]): string | undefined {
  if (unique.length === 0) return undefined;
  const values = unique.map((column) => row.find(([name]) => name === column)?.[1] ?? null);
  return values.includes(null) ? undefined : JSON.stringify(values.map(String));
}

function columnsOf(row: NewRow = []): readonly string[] {
  return row.map(([column]) => column);
}

/** Makes a row and selects columns of it and of what it refers to, which PostgreSQL does by one statement. */
export async function insertAndSelect(
  { meta, database }: { readonly meta: ModelMeta; readonly database: Database },
  given: Given,
  selection: Selection,
  statementOf: Statements,
): Promise<RowValues> {
  const row = newRow(meta, given, database);
  const columns = columnsOf(row);
  const statement = statementOf(`insert ${columns.join()} select ${selection.key}`, () => {
    const shape = { meta, dialect: database.dialect, from: "inserted", conditions: [], ordering: [] };
    const inserted = insertSql(meta, database, columns).clearReturning().returningAll();
    const both = sql`with inserted as (${inserted}) ${selectSql(shape, selection, undefined)}`;
    return { compile: () => both.compile(sqlBuilders[database.dialect]) };
  });
  const values = row.map(([, value]) => value);
  const [found] = await database.run(statement, bind(statement, values));
  if (found) return found;
  throw new TypeError(`The new row of ${meta.table} was not given back.`);
}

function insertSql(
  { table, primaryKey }: ModelMeta,
  { dialect }: Database,
  columns: readonly string[],
  { count = 1, conflict }: { readonly count?: number; readonly conflict?: InsertConflict | undefined } = {},
) {
  const query = sqlBuilders[dialect].insertInto(table).returning(sql.ref<SqlValue>(primaryKey.column).as("pk"));
  if (columns.length === 0) return query.defaultValues();
  const row = (number: number) =>
    Object.fromEntries(columns.map((column, index) => [column, new Parameter(number * columns.length + index)]));
  const insert = query.values(Array.from({ length: count }, (_, number) => row(number)));
  if (!conflict) return insert;
  const { unique, update } = conflict;
  if (update.length === 0) return insert.onConflict((on) => on.doNothing());
  const changes = Object.fromEntries(update.map((column) => [column, sql.ref<SqlValue>(`excluded.${column}`)]));
  return insert.onConflict((on) => on.columns(unique).doUpdateSet(changes));
}
