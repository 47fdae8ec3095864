import { type Expression, sql } from "kysely";
import type { SqlValue } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { calculated, mustHold } from "./calculated.ts";
import { Calculation } from "./calculation.ts";
import { columnPath } from "./column-path.ts";
import { keyOf } from "../fields/field-codec.ts";
import type { Asked } from "./given-conditions.ts";
import { mustBeDefined } from "../fields/defined-values.ts";
import { fieldOf } from "../model-meta.ts";
import type { QueryShape } from "./query-shape.ts";
import { columnOf } from "./query-sql.ts";
import { Parameter } from "./sql.ts";
import { updateValues } from "../fields/stored-values.ts";

interface CalculatedColumn {
  readonly column: string;
  readonly sql: Expression<SqlValue>;
  readonly values: readonly SqlValue[];
  readonly shape: string;
}

/** What an update sets: each column with the place of its value, or what is computed, with all values of the query. */
export interface ChangedColumns {
  readonly columns: ReadonlyMap<string, Expression<SqlValue> | Parameter>;
  readonly values: readonly SqlValue[];
  /** What tells its statement from others of the same model. */
  readonly key: string;
}

/**
 * Reads what an update sets.
 *
 * @throws {ImproperlyConfigured} when a field cannot hold what is computed, or that leads to other rows.
 * @throws {TypeError} when a value is undefined, or none that its field can hold.
 */
export function changedColumns(
  asked: Asked,
  given: Readonly<Record<string, unknown>>,
  isSaved: boolean,
): ChangedColumns {
  mustBeDefined("update", given);
  const all = Object.entries(given);
  const plain = all.filter(([, value]) => !(value instanceof Calculation));
  const entries = updateValues(asked.meta, Object.fromEntries(plain), asked.dialect, isSaved);
  const values = [...asked.values, ...entries.map(([, value]) => value)];
  const columns = new Map<string, Expression<SqlValue> | Parameter>(
    entries.map(([column], index) => [column, new Parameter(asked.values.length + index)]),
  );
  let key = `update ${entries.map(([column]) => column).join()}`;
  for (const [name, value] of all) {
    if (!(value instanceof Calculation)) continue;
    const computed = calculatedColumn(asked, name, value, values.length);
    values.push(...computed.values);
    columns.set(computed.column, computed.sql);
    key += ` ${name}=${computed.shape}`;
  }
  return { columns, values, key: `${key}${asked.shape}` };
}

function calculatedColumn(
  shape: QueryShape,
  name: string,
  calculation: Calculation,
  firstIndex: number,
): CalculatedColumn {
  const { dialect, meta } = shape;
  const field = fieldOf(meta, name, "update");
  const pathOf = (text: string) => {
    const path = columnPath(meta, text, "update");
    if (path.relations.length === 0) return path;
    throw new ImproperlyConfigured(`update: "${text}" leads to another row; only the row's own fields can be used.`);
  };
  const result = calculated(calculation, { dialect, pathOf, firstIndex });
  mustHold(field, result.field);
  const value = result.sql((path) => columnOf(shape, path));
  const { kind, options } = keyOf(field);
  return {
    column: field.column,
    // PostgreSQL rounds to what the column holds.
    sql:
      kind === "decimal" && dialect === "sqlite"
        ? sql<SqlValue>`round(${value}, ${sql.lit(options.decimalPlaces ?? 0)})`
        : sql<SqlValue>`${value}`,
    values: result.values,
    shape: result.shape,
  };
}
