import type { Dialect } from "../../database/index.ts";
import { indexName } from "./index-name.ts";
import { quoted } from "./quoted.ts";
import type { Column, Table, TableCheck, TableIndex } from "./table.ts";

/** What makes a table. */
export interface TableStatements {
  readonly now: readonly string[];
  /** What refers to other tables, which may not be there yet. */
  readonly later: readonly string[];
}

/** The statements that make a table, as Django's schema editor writes them. */
export const tableStatements: Readonly<Record<Dialect, (table: Table) => TableStatements>> = Object.freeze({
  postgresql: ({ name, columns, uniqueTogether, indexes: named, checks }: Table) => {
    const nameOf = (names: readonly string[], ending: string) => quoted(indexName(name, names, ending, "postgresql"));
    const add = `ALTER TABLE ${quoted(name)} ADD CONSTRAINT`;
    return {
      now: [
        `CREATE TABLE ${quoted(name)} (${[...columns.map(postgresqlColumn), ...checks.map(checkText)].join(", ")})`,
        ...uniqueTogether.map((names) => `${add} ${nameOf(names, "_uniq")} UNIQUE (${names.map(quoted).join(", ")})`),
        ...named.map((index) => {
          const unique = uniqueText(index);
          return unique === undefined ? indexStatement(name, index) : `${add} ${quoted(index.name)} ${unique}`;
        }),
        ...columns
          .flatMap((column) => postgresqlIndexes(name, column))
          .map((index) => fieldIndexStatement(name, index)),
      ],
      later: columns.flatMap((column) => postgresqlReference(name, column)),
    };
  },
  sqlite: ({ name, columns, uniqueTogether, indexes: named, checks }: Table) => ({
    now: [
      sqliteTable(name, columns, checks),
      ...uniqueTogether.map(
        (names) =>
          `CREATE UNIQUE INDEX ${quoted(indexName(name, names, "_uniq", "sqlite"))} ` +
          `ON ${quoted(name)} (${names.map(quoted).join(", ")})`,
      ),
      ...named.map((index) => indexStatement(name, index)),
      ...columns
        .filter((column) => column.hasIndex)
        .map(({ name: column }) =>
          fieldIndexStatement(name, { name: indexName(name, [column], "", "sqlite"), column }),
        ),
    ],
    later: [],
  }),
});

/** The statement that makes a table of SQLite. */
export function sqliteTable(name: string, columns: readonly Column[], checks: readonly TableCheck[]): string {
  return `CREATE TABLE ${quoted(name)} (${[...columns.map(sqliteColumn), ...checks.map(checkText)].join(", ")})`;
}

/** The statement that makes an index which has a name of its own. */
export function indexStatement(table: string, { name, columns, isUnique, where }: TableIndex): string {
  const listed = columns.map((column) => `${quoted(column.name)}${column.isDescending ? " DESC" : ""}`).join(", ");
  const made = `CREATE ${isUnique ? "UNIQUE " : ""}INDEX ${quoted(name)} ON ${quoted(table)} (${listed})`;
  return where === undefined ? made : `${made} WHERE ${where}`;
}

/** What PostgreSQL has as a constraint, where SQLite has an index: what is unique among all rows. */
export function uniqueText({ isUnique, where, columns }: TableIndex): string | undefined {
  if (!isUnique || where !== undefined) return undefined;
  return `UNIQUE (${columns.map(({ name }) => quoted(name)).join(", ")})`;
}

function checkText({ name, sql }: TableCheck): string {
  return `CONSTRAINT ${quoted(name)} CHECK (${sql})`;
}

/** An index that a field has by itself. */
export interface FieldIndex {
  readonly name: string;
  readonly column: string;
  /** The operator class, where it is not that of the column's type. */
  readonly operators?: string;
}

/** The indexes of a column that no constraint brings. */
export function postgresqlIndexes(table: string, column: Column): readonly FieldIndex[] {
  const { name, isText, hasIndex, type } = column;
  const isLooked = isText && (hasIndex || column.isUnique || column.isPrimaryKey);
  const operators = type.startsWith("varchar") ? "varchar_pattern_ops" : "text_pattern_ops";
  return [
    ...(hasIndex ? [{ name: indexName(table, [name], "", "postgresql"), column: name }] : []),
    // For what begins with some letters, which an index in the order of a language cannot find.
    ...(isLooked ? [{ name: indexName(table, [name], "_like", "postgresql"), column: name, operators }] : []),
  ];
}

/** The statement that makes an index of a field. */
export function fieldIndexStatement(table: string, { name, column, operators }: FieldIndex): string {
  const of = operators === undefined ? quoted(column) : `${quoted(column)} ${operators}`;
  return `CREATE INDEX ${quoted(name)} ON ${quoted(table)} (${of})`;
}

/** A constraint by its name and what it says. */
export interface NamedConstraint {
  readonly name: string;
  readonly text: string;
}

/** The constraint of a column that refers to another table; none where it does not. */
export function postgresqlConstraint(table: string, { name, references: to }: Column): NamedConstraint | undefined {
  if (!to) return undefined;
  const target = `REFERENCES ${quoted(to.table)} (${quoted(to.column)}) DEFERRABLE INITIALLY DEFERRED`;
  return {
    name: indexName(table, [name], `_fk_${to.table}_${to.column}`, "postgresql"),
    text: `FOREIGN KEY (${quoted(name)}) ${target}`,
  };
}

function postgresqlReference(table: string, column: Column): readonly string[] {
  const found = postgresqlConstraint(table, column);
  return found ? [`ALTER TABLE ${quoted(table)} ADD CONSTRAINT ${quoted(found.name)} ${found.text}`] : [];
}

/** A column as it stands in CREATE TABLE. */
export function sqliteColumn(column: Column): string {
  const { references, countsUp } = column;
  const parts = [...columnParts(column, countsUp ? ["AUTOINCREMENT"] : [])];
  if (column.default !== undefined) parts.push(`DEFAULT (${column.default})`);
  if (references) {
    const { table, column: key, onUpdate, onDelete } = references;
    const actions = `${onUpdate ? `ON UPDATE ${onUpdate} ` : ""}${onDelete ? `ON DELETE ${onDelete} ` : ""}`;
    parts.push(`REFERENCES ${quoted(table)} (${quoted(key)}) ${actions}DEFERRABLE INITIALLY DEFERRED`);
  }
  return parts.join(" ");
}

/** A column as it stands in CREATE TABLE and ADD COLUMN. */
export function postgresqlColumn(column: Column): string {
  return columnParts(column, column.countsUp ? ["GENERATED BY DEFAULT AS IDENTITY"] : []).join(" ");
}

function columnParts(column: Column, counting: readonly string[]): readonly string[] {
  const { name, type, check, isNull, isPrimaryKey, isUnique } = column;
  return [
    quoted(name),
    type,
    isNull ? "NULL" : "NOT NULL",
    ...(isPrimaryKey ? ["PRIMARY KEY"] : []),
    ...counting,
    ...(isUnique ? ["UNIQUE"] : []),
    ...(check === undefined ? [] : [`CHECK (${check})`]),
  ];
}
