import type { Database } from "../database/index.ts";
import { indexName } from "./index-name.ts";
import { quoted } from "./quoted.ts";
import type { Column, Table } from "./table.ts";

/** Makes tables as Django's schema editor makes them for SQLite, and says which are there. */
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
function tableStatements({ name, columns, uniqueTogether }: Table): readonly string[] {
  const index = (kind: string, names: readonly string[], ending: string): string =>
    `CREATE ${kind} ${quoted(indexName(name, names, ending))} ON ${quoted(name)} (${names.map(quoted).join(", ")})`;
  return [
    `CREATE TABLE ${quoted(name)} (${columns.map(columnDefinition).join(", ")})`,
    ...uniqueTogether.map((names) => index("UNIQUE INDEX", names, "_uniq")),
    ...columns.filter((column) => column.hasIndex).map((column) => index("INDEX", [column.name], "")),
  ];
}

function columnDefinition({ name, type, check, isNull, isPrimaryKey, countsUp, isUnique, references }: Column): string {
  const parts = [quoted(name), type, isNull ? "NULL" : "NOT NULL"];
  if (isPrimaryKey) parts.push("PRIMARY KEY");
  if (countsUp) parts.push("AUTOINCREMENT");
  if (isUnique) parts.push("UNIQUE");
  if (check !== undefined) parts.push(`CHECK (${check})`);
  if (references)
    parts.push(`REFERENCES ${quoted(references.table)} (${quoted(references.column)}) DEFERRABLE INITIALLY DEFERRED`);
  return parts.join(" ");
}
