import { createHash } from "node:crypto";
import type { Database } from "../database/index.ts";
import type { Column, Table } from "./table.ts";

const maxNameCharacters = 200;

/** Writes tables as Django's schema editor writes them for SQLite, down to the names of indexes. */
export class SchemaEditor {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async createTable(table: Table): Promise<void> {
    for (const sql of tableStatements(table)) await this.#database.run({ sql, isWrite: true }, []);
  }

  /** The columns of a table that is there; undefined when it is not. */
  async columnsOf(table: string): Promise<readonly string[] | undefined> {
    const sql = "SELECT name FROM pragma_table_info(?)";
    const rows = await this.#database.run({ sql, isWrite: false }, [table]);
    return rows.length === 0 ? undefined : rows.map(([name]) => String(name));
  }
}

/** The statements that make a table and its indexes. */
export function tableStatements(table: Table): readonly string[] {
  const columns = table.columns.map(columnDefinition).join(", ");
  return [
    `CREATE TABLE ${quoted(table.name)} (${columns})`,
    ...table.uniqueTogether.map(
      (names) =>
        `CREATE UNIQUE INDEX ${quoted(indexName(table.name, names, "_uniq"))} ON ${quoted(table.name)} (${names.map(quoted).join(", ")})`,
    ),
    ...table.columns
      .filter((column) => column.hasIndex)
      .map(({ name }) => `CREATE INDEX ${quoted(indexName(table.name, [name], ""))} ON ${quoted(table.name)} (${quoted(name)})`),
  ];
}

function columnDefinition(column: Column): string {
  return [
    quoted(column.name),
    column.type,
    column.isNull ? "NULL" : "NOT NULL",
    column.isPrimaryKey && "PRIMARY KEY",
    column.countsUp && "AUTOINCREMENT",
    column.isUnique && "UNIQUE",
    column.references &&
      `REFERENCES ${quoted(column.references.table)} (${quoted(column.references.column)}) DEFERRABLE INITIALLY DEFERRED`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** Django's name of an index: table and columns, and a digest of both that keeps shortened names apart. */
export function indexName(table: string, columns: readonly string[], ending: string): string {
  const digest = createHash("md5").update([table, ...columns].join("")).digest("hex").slice(0, 8);
  const suffix = `${digest}${ending}`;
  const name = `${table}_${columns.join("_")}_${suffix}`;
  if (name.length <= maxNameCharacters) return name;
  const shortSuffix = suffix.length > maxNameCharacters / 3 ? suffix.slice(0, maxNameCharacters / 3) : suffix;
  const room = Math.floor((maxNameCharacters - shortSuffix.length) / 2) - 1;
  return `${table.slice(0, room)}_${columns.join("_").slice(0, room)}_${shortSuffix}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
