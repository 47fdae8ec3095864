import { createQueryId, type Expression, PostgresQueryCompiler, sql, type SqlBool, SqliteQueryCompiler } from "kysely";
import type { Dialect, SqlValue } from "../database/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import { calculated } from "./queries/calculated.ts";
import { Calculation } from "./queries/calculation.ts";
import { type ConditionValue, groupsOf, type RowCondition } from "./constraint.ts";
import { comparisonSql } from "./queries/comparison-sql.ts";
import { lookups, splitLookup } from "./queries/lookups.ts";
import type { ColumnPath, FieldMeta } from "./model-meta.ts";
import { Parameter } from "./queries/sql.ts";
import { encodedValue } from "./fields/stored-values.ts";

export interface ConditionSqlOptions {
  readonly dialect: Dialect;
  /** Finds a field of the table by its name. */
  readonly fieldOf: (name: string) => FieldMeta;
  /** What has the condition, for messages. */
  readonly where: string;
}

/**
 * Writes a condition on a row's own columns as SQL without values to bind, for an index or a constraint.
 *
 * @throws {ImproperlyConfigured} when it compares what cannot be compared.
 */
export function conditionSql(condition: RowCondition, options: ConditionSqlOptions): string {
  if (typeof condition === "string") return condition;
  const groups = groupsOf(condition).map((given) => Object.entries(given));
  if (groups.length === 0 || groups.some((group) => group.length === 0)) {
    throw new ImproperlyConfigured(`${options.where}: a condition that says nothing. Give it look-ups.`);
  }
  const texts = groups.map((group) =>
    group.map(([name, given]) => comparisonText(name, given as ConditionValue, options)).join(" and "),
  );
  return texts.length === 1 ? (texts[0] ?? "") : texts.map((text) => `(${text})`).join(" or ");
}

function comparisonText(name: string, given: ConditionValue, { dialect, fieldOf, where }: ConditionSqlOptions): string {
  const { path, lookup } = splitLookup(name);
  if (path.includes("__")) {
    throw new ImproperlyConfigured(
      `${where}: "${name}" goes beyond the row's own columns, or is no look-up. A database checks a row by itself.`,
    );
  }
  const field = fieldOf(path);
  const pathOf = (one: string): ColumnPath => ({ relations: [], field: fieldOf(one) });
  const columnOf = (one: ColumnPath) => sql.ref(one.field.column);
  const compared = { path: pathOf(path), lookup, given: 0, firstIndex: 0 };
  try {
    if (given instanceof Calculation) {
      const computed = calculated(given, { dialect, pathOf, firstIndex: 0 });
      return compiled(comparisonSql({ ...compared, computed }, columnOf, dialect), computed.values, dialect);
    }
    const encode = (value: unknown): SqlValue => encodedValue(field, value, dialect);
    if (lookup === lookups.in) {
      if (!Array.isArray(given) || given.length === 0) throw new TypeError("a list of values is missing");
      const list = sql.join(given.map((_value, index) => sql`${new Parameter(index)}`));
      return compiled(sql<SqlBool>`${columnOf(compared.path)} in (${list})`, given.map(encode), dialect);
    }
    const values = lookup.values(given, encode, dialect);
    return compiled(comparisonSql({ ...compared, given }, columnOf, dialect), values, dialect);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ImproperlyConfigured(`${where}: ${name}: ${error.message}`, { cause: error });
  }
}

function compiled(expression: Expression<SqlBool>, values: readonly SqlValue[], dialect: Dialect): string {
  const compiler = dialect === "sqlite" ? new SqliteLiterals(values) : new PostgresqlLiterals(values);
  const node = sql`${expression}`.toOperationNode();
  return compiler.compileQuery(node, createQueryId()).sql;
}

function literal(value: SqlValue | undefined, isNumberQuoted: boolean): string {
  if (value === null || value === undefined) return "null";
  const isNumber = typeof value === "number" || typeof value === "bigint";
  return isNumber && !isNumberQuoted ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
}

class SqliteLiterals extends SqliteQueryCompiler {
  readonly #values: readonly SqlValue[];

  constructor(values: readonly SqlValue[]) {
    super();
    this.#values = values;
  }

  protected override appendValue(parameter: unknown): void {
    this.append(literal(this.#values[(parameter as Parameter).index], false));
  }
}

class PostgresqlLiterals extends PostgresQueryCompiler {
  readonly #values: readonly SqlValue[];

  constructor(values: readonly SqlValue[]) {
    super();
    this.#values = values;
  }

  // As text, of which the server makes what the column beside it holds, as it does with values that are bound.
  protected override appendValue(parameter: unknown): void {
    this.append(literal(this.#values[(parameter as Parameter).index], true));
  }
}
