import { sql } from "kysely";
import type { Database, RowValues, SqlValue } from "../database/index.ts";
import { kindOf } from "./field-codec.ts";
import type { ModelMeta } from "./model-meta.ts";
import { selectSql } from "./query-sql.ts";
import type { Selection } from "./selection.ts";
import { bind, type compile, type CompiledStatement, Parameter, sqlBuilders } from "./sql.ts";
import { insertValues } from "./stored-values.ts";

/** Rows that one statement makes at most: a statement is kept for each number of them. */
const rowsAtOnce = 100;

type Given = Readonly<Record<string, unknown>>;
type Statements = (key: string, build: () => Parameters<typeof compile>[0]) => CompiledStatement;

/** Makes rows, each of what it is given and of defaults; gives their primary keys, in order. */
export async function insertRows(
  { meta, database }: { readonly meta: ModelMeta; readonly database: Database },
  given: readonly Given[],
  statementOf: Statements,
): Promise<unknown[]> {
  const rows = given.map((one) => insertValues(meta, one, database.dialect));
  const keys: unknown[] = [];
  for (let from = 0; from < rows.length;) {
    const columns = (rows[from] ?? []).map(([column]) => column);
    const text = columns.join();
    let to = from + 1;
    // Rows of one statement have the same columns: a key that was given is a column more.
    while (to < rows.length && to - from < rowsAtOnce && rows[to]?.map(([column]) => column).join() === text) to += 1;
    const values = rows.slice(from, to).flatMap((row) => row.map(([, value]) => value));
    const count = to - from;
    const statement = statementOf(`insert ${count === 1 ? "" : `${count} `}${text}`, () =>
      insertSql(meta, database, columns, count),
    );
    const { fromDatabase } = kindOf(meta.primaryKey);
    for (const [key = null] of await database.run(statement, bind(statement, values))) {
      keys.push(key !== null && fromDatabase ? fromDatabase(key, meta.primaryKey.options) : key);
    }
    from = to;
  }
  return keys;
}

/** Makes a row and selects columns of it and of what it refers to, which PostgreSQL does by one statement. */
export async function insertAndSelect(
  { meta, database }: { readonly meta: ModelMeta; readonly database: Database },
  given: Given,
  selection: Selection,
  statementOf: Statements,
): Promise<RowValues> {
  const row = insertValues(meta, given, database.dialect);
  const columns = row.map(([column]) => column);
  const statement = statementOf(`insert ${columns.join()} select ${selection.key}`, () => {
    const shape = { meta, dialect: database.dialect, from: "inserted", conditions: [], ordering: [] };
    const inserted = insertSql(meta, database, columns, 1).clearReturning().returningAll();
    const both = sql`with inserted as (${inserted}) ${selectSql(shape, selection, undefined)}`;
    return { compile: () => both.compile(sqlBuilders[database.dialect]) };
  });
  const values = row.map(([, value]) => value);
  const [found] = await database.run(statement, bind(statement, values));
  if (found) return found;
  throw new TypeError(`The new row of ${meta.table} was not given back.`);
}

function insertSql({ table, primaryKey }: ModelMeta, { dialect }: Database, columns: readonly string[], count: number) {
  const query = sqlBuilders[dialect].insertInto(table).returning(sql.ref<SqlValue>(primaryKey.column).as("pk"));
  if (columns.length === 0) return query.defaultValues();
  const row = (number: number) =>
    Object.fromEntries(columns.map((column, index) => [column, new Parameter(number * columns.length + index)]));
  return query.values(Array.from({ length: count }, (_, number) => row(number)));
}
