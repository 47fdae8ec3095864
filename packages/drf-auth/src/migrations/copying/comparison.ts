import type { Database, SqliteSnapshot } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { type FieldKind, type FieldOptions, keyOf, type ModelMeta, type ModelRegistry } from "../../models/index.ts";
import { fieldOfColumn } from "../inspection/field-of-column.ts";
import type { FoundColumn, FoundTable } from "../inspection/found-table.ts";
import { foundTables } from "../inspection/found-tables.ts";
import { quoted } from "../schema/quoted.ts";

/** A column that both databases have. */
export interface CopiedColumn {
  /** As PostgreSQL has it; in SQLite a name is the same in both cases. */
  readonly name: string;
  /** PostgreSQL's. */
  readonly type: string;
  /** The kind of field that stands for it: the model's, or that of the column where the model does not name it. */
  readonly kind: FieldKind;
  readonly options: FieldOptions;
}

/** A table that both databases have, and a model. */
export interface CopiedTable {
  readonly name: string;
  readonly columns: readonly CopiedColumn[];
  /** The column of its primary key. */
  readonly key: string;
  /** Whether its keys are counted up. */
  readonly isCounted: boolean;
}

/** What an SQLite database holds beside what is copied. */
interface LeftOut {
  /** A table, or `table.column`. */
  readonly name: string;
  /** Counts the rows that hold something in it. */
  readonly sql: string;
}

export interface Comparison {
  readonly tables: readonly CopiedTable[];
  readonly leftOut: readonly LeftOut[];
}

/** What `migrate` wrote in both for itself. */
const records: ReadonlySet<string> = new Set(["django_migrations", "drf_auth_migrations"]);

/**
 * Compares the tables and columns of two databases.
 *
 * @throws {ImproperlyConfigured} when one of them lacks a table or a column of a model.
 */
export async function comparisonOf(from: SqliteSnapshot, to: Database, registry: ModelRegistry): Promise<Comparison> {
  const [here, there] = [await foundTables(from), await foundTables(to)];
  const pairs = registry.metas.map((meta) => {
    const [own, other] = [named(here.tables, meta.table), named(there.tables, meta.table)];
    if (!own || !other) throw lacks((own ? to : from).location, `the table ${meta.table}`);
    for (const { column } of meta.fields) {
      if (!named(own.columns, column)) throw lacks(from.location, `the column ${column} of ${meta.table}`);
      if (!named(other.columns, column)) throw lacks(to.location, `the column ${column} of ${meta.table}`);
    }
    return { meta, own, copied: copiedTable(meta, own, other) };
  });
  const withoutModel = [
    ...here.tables.map(({ name }) => name),
    ...[...here.others].filter(([, what]) => what !== "a view").map(([name]) => name),
  ].filter((name) => !records.has(name) && !pairs.some(({ own }) => own.name === name));
  return {
    tables: pairs.map(({ copied }) => copied),
    leftOut: [
      ...withoutModel.map((name) => ({ name, sql: `SELECT count(*) FROM ${quoted(name)}` })),
      ...pairs.flatMap(({ own, copied }) =>
        own.columns
          // What is computed comes anew, where it is computed there too.
          .filter(({ name, isGenerated }) => !isGenerated && !named(copied.columns, name))
          .map(({ name }) => ({
            name: `${copied.name}.${name}`,
            sql: `SELECT count(${quoted(name)}) FROM ${quoted(copied.name)}`,
          })),
      ),
    ],
  };
}

/**
 * Refuses to leave out what holds something and is not named.
 *
 * @throws {ImproperlyConfigured} when there is such, or a name is none of what is left out.
 */
export async function mustBeNamed(
  { leftOut }: Comparison,
  from: SqliteSnapshot,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    if (leftOut.some((one) => one.name === name)) continue;
    const others = leftOut.map((one) => one.name).join(", ") || "nothing";
    throw new ImproperlyConfigured(`--leave-out ${name}: what would not be copied of ${from.location} is ${others}.`);
  }
  const counted = leftOut
    .filter(({ name }) => !names.includes(name))
    .map(({ name, sql }) => ({ name, rows: Number(from.run({ sql, isWrite: false }, [])[0]?.[0]) }))
    .filter(({ rows }) => rows > 0);
  if (counted.length === 0) return;
  throw new ImproperlyConfigured(
    `${from.location} holds what no model or field names, and what would not be copied:\n` +
      counted.map(({ name, rows }) => `  - ${name} (${rows === 1 ? "1 row" : `${rows} rows`})\n`).join("") +
      "Nothing was copied. Give it a model or a field, or have it left out: " +
      `${counted.map(({ name }) => `--leave-out ${name}`).join(" ")}.`,
  );
}

function copiedTable({ fields, primaryKey, table }: ModelMeta, own: FoundTable, other: FoundTable): CopiedTable {
  return {
    name: table,
    columns: other.columns.flatMap((column): readonly CopiedColumn[] => {
      const { name, type, isGenerated } = column;
      const field = fields.find((one) => one.column === name);
      const found = field ? keyOf(field) : fieldOf(column);
      if (!found || isGenerated || !named(own.columns, name)) return [];
      return [{ name, type, kind: found.kind, options: found.options as FieldOptions }];
    }),
    key: primaryKey.column,
    isCounted: primaryKey.kind === "auto" || primaryKey.kind === "bigAuto",
  };
}

function fieldOf(column: FoundColumn): ReturnType<typeof fieldOfColumn> {
  // It takes as many digits as there are.
  return column.type === "numeric" ? { kind: "text", options: {} } : fieldOfColumn(column, "postgresql");
}

function named<Named extends { readonly name: string }>(all: readonly Named[], name: string): Named | undefined {
  return all.find((one) => one.name.toLowerCase() === name.toLowerCase());
}

function lacks(location: string, what: string): ImproperlyConfigured {
  return new ImproperlyConfigured(`${location} lacks ${what}: bring its tables up to what the models say first.`);
}
