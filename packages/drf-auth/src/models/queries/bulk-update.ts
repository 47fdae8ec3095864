import { type Expression, sql } from "kysely";
import type { Database, Dialect, SqlValue } from "../../database/index.ts";
import { keyOf, kindOf } from "../fields/field-codec.ts";
import type { Field, FieldKind } from "../fields/field.ts";
import type { Asked } from "./given-conditions.ts";
import type { Row } from "../inference/infer.ts";
import { rowsAtOnce, type Statements } from "./inserts.ts";
import { type FieldMeta, fieldOf, type ModelMeta } from "../model-meta.ts";
import type { Model } from "../model.ts";
import { changedRowsSql } from "./query-sql.ts";
import { bind, Parameter, sqlBuilders } from "./sql.ts";
import { encodedValue, updateValues } from "../fields/stored-values.ts";

type AnyRow = Readonly<Record<string, unknown>>;

type OwnKeyName<M extends Model> = {
  [Name in Extract<keyof M["fields"], string>]: M["fields"][Name] extends Field<
    FieldKind,
    unknown,
    boolean,
    boolean,
    true
  >
    ? Name
    : never;
}[Extract<keyof M["fields"], string>];

/** A row with its key and what is changed of it, under the names that these have in rows. */
export type ChangedRow<M extends Model, Name extends keyof Row<M>> = Pick<
  Row<M>,
  Extract<Name | ([OwnKeyName<M>] extends [never] ? "id" : OwnKeyName<M>), keyof Row<M>>
>;

interface Changed {
  readonly columns: readonly string[];
  /** The key and the values of the columns. */
  readonly values: readonly SqlValue[];
}

/**
 * Changes rows to values of their own, each found by its key among those of the query; gives how many were changed.
 *
 * @throws {TypeError} when no field is named or the key is, or a row lacks a value or comes twice.
 */
export async function updateRows(
  asked: Asked & { readonly database: Database },
  rows: readonly AnyRow[],
  names: readonly string[],
  statementOf: Statements,
): Promise<number> {
  const { meta, dialect, database } = asked;
  const fields = names.map((name) => fieldOf(meta, name, "bulkUpdate"));
  if (fields.length === 0) throw new TypeError("bulkUpdate: name the fields that are changed.");
  if (fields.includes(meta.primaryKey)) throw new TypeError("bulkUpdate: rows are found by their key: it stays.");
  const changed = rows.map((row) => changedRow(meta, row, fields, dialect));
  mustDiffer(meta, changed);
  let count = 0;
  for (let from = 0; from < changed.length; from += rowsAtOnce) {
    const some = changed.slice(from, from + rowsAtOnce);
    const columns = some[0]?.columns ?? [];
    const statement = statementOf(`bulk update ${some.length} ${columns.join()}${asked.shape}`, () =>
      updateSql(asked, columns, some.length),
    );
    const values = [...asked.values, ...some.flatMap((one) => one.values)];
    count += (await database.run(statement, bind(statement, values))).length;
  }
  return count;
}

function changedRow(meta: ModelMeta, row: AnyRow, fields: readonly FieldMeta[], dialect: Dialect): Changed {
  const valueOf = ({ name, attname }: FieldMeta) => {
    const value = row[attname] === undefined ? row[name] : row[attname];
    if (value !== undefined) return value;
    throw new TypeError(`bulkUpdate: a row has no ${attname}. Each needs its key and what is changed.`);
  };
  const key = encodedValue(meta.primaryKey, valueOf(meta.primaryKey), dialect);
  const given = Object.fromEntries(fields.map((field) => [field.name, valueOf(field)]));
  const entries = updateValues(meta, given, dialect);
  return { columns: entries.map(([column]) => column), values: [key, ...entries.map(([, value]) => value)] };
}

function mustDiffer({ objectName }: ModelMeta, rows: readonly Changed[]): void {
  const keys = new Set<string>();
  for (const { values } of rows) {
    const key = String(values[0]);
    if (keys.has(key)) throw new TypeError(`bulkUpdate: the ${objectName} with the key ${key} is given twice.`);
    keys.add(key);
  }
}

const given = "given__rows";

function updateSql(asked: Asked, columns: readonly string[], count: number) {
  const { meta, dialect, values } = asked;
  const fields = [meta.primaryKey, ...columns.map((column) => fieldOfColumn(meta, column))];
  const rows = Array.from({ length: count }, (_, number) => {
    const first = values.length + number * fields.length;
    return sql`(${sql.join(fields.map((field, index) => placeOf(field, dialect, first + index)))})`;
  });
  const key = sql.ref(`${meta.table}.${meta.primaryKey.column}`);
  return (
    sqlBuilders[dialect]
      .updateTable(meta.table)
      .from(sql<Record<string, SqlValue>>`(values ${sql.join(rows)})`.as(given))
      // Both databases name the columns of such rows so.
      .set(
        Object.fromEntries(columns.map((column, index) => [column, sql.ref<SqlValue>(`${given}.column${index + 2}`)])),
      )
      .where(key, "=", sql.ref(`${given}.column1`))
      .where(changedRowsSql(asked))
      .returning(sql.lit(1).as("changed"))
  );
}

function fieldOfColumn({ fields }: ModelMeta, column: string): FieldMeta {
  const field = fields.find((one) => one.column === column);
  if (field) return field;
  throw new TypeError(`No field is stored in ${column}.`);
}

/** A value of a field. PostgreSQL takes one that stands in no column for text; a length would cut that without a word. */
function placeOf(field: FieldMeta, dialect: Dialect, index: number): Expression<unknown> {
  const place = new Parameter(index);
  if (dialect === "sqlite") return sql`${place}`;
  const { isText, postgresql } = kindOf(field);
  return sql`cast(${place} as ${sql.raw(isText ? "text" : postgresql.type(keyOf(field).options))})`;
}
