import type { Database, RowValues } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { literalOf } from "./literal.ts";
import type { Fill } from "../operations.ts";
import { quoted } from "./quoted.ts";
import type { Schema } from "./schema.ts";
import type { Table, TableIndex } from "./table.ts";
import { SqliteIndexes } from "./sqlite-indexes.ts";
import { SqliteRemains } from "./sqlite-remains.ts";
import { indexStatement, sqliteTable, tableStatements } from "./table-statements.ts";

/**
 * Changes tables of SQLite, which can do little but make them anew: the rows go over into a new table, which takes the
 * name of the old one. Foreign keys are off meanwhile, or the rows that refer to these would go with the old table.
 */
export class SqliteSchema implements Schema {
  readonly #database: Database;
  readonly #indexes: SqliteIndexes;

  constructor(database: Database) {
    this.#database = database;
    this.#indexes = new SqliteIndexes(database);
  }

  addColumn(before: Table, after: Table, column: string, fill: Fill | undefined): Promise<void> {
    return this.#rebuild(before, after, new Map([[column, this.#fillOf(after, column, fill)]]));
  }

  removeColumn(before: Table, after: Table): Promise<void> {
    return this.#unnoticed(() => this.#rebuild(before, after));
  }

  removeTable(table: string): Promise<void> {
    return this.#unnoticed(() => this.#run(`DROP TABLE ${quoted(table)}`));
  }

  async renameColumn(table: Table, column: string, to: string): Promise<void> {
    if (column === to) return;
    await this.#run(`ALTER TABLE ${quoted(table.name)} RENAME COLUMN ${quoted(column)} TO ${quoted(to)}`);
    const renaming = { table: table.name, tableBefore: table.name, column: to, columnBefore: column };
    await this.#indexes.renameAlong(renaming, namesOf(table));
  }

  async renameTable(table: Table, to: string): Promise<void> {
    if (table.name === to) return;
    await this.#run(`ALTER TABLE ${quoted(table.name)} RENAME TO ${quoted(to)}`);
    await this.#indexes.renameAlong({ table: to, tableBefore: table.name }, namesOf(table));
  }

  alterColumn(before: Table, after: Table, column: string, fill: Fill | undefined): Promise<void> {
    const [old, now] = [before, after].map(({ columns }) => columns.find(({ name }) => name === column)?.decimalPlaces);
    // As PostgreSQL does it, where a column has so many digits.
    const isRounded = old !== undefined && now !== undefined && now < old;
    const taken = isRounded ? `round(${quoted(column)}, ${now})` : quoted(column);
    const value = fill === undefined ? taken : `coalesce(${taken}, ${this.#fillOf(after, column, fill)})`;
    return this.#rebuild(before, after, new Map([[column, value]]));
  }

  alterUniqueTogether(before: Table, after: Table): Promise<void> {
    return this.#rebuild(before, after);
  }

  async addIndex(table: Table, index: TableIndex): Promise<void> {
    await this.#run(indexStatement(table.name, index));
  }

  async removeIndex(_table: Table, { name }: TableIndex): Promise<void> {
    await this.#run(`DROP INDEX ${quoted(name)}`);
  }

  addCheck(before: Table, after: Table): Promise<void> {
    return this.#rebuild(before, after);
  }

  removeCheck(before: Table, after: Table): Promise<void> {
    return this.#rebuild(before, after);
  }

  #fillOf(table: Table, column: string, fill: Fill | undefined): string {
    const found = table.columns.find(({ name }) => name === column);
    return fill === undefined || !found ? "NULL" : literalOf(fill, found, "sqlite");
  }

  /** `values` says what stands in columns that are not simply taken over. */
  async #rebuild(before: Table, after: Table, values: ReadonlyMap<string, string> = new Map()): Promise<void> {
    const { name } = after;
    const all = await new SqliteRemains(this.#database).columnsWith(before, after);
    const others = await this.#othersOf(before);
    const temporary = `new__${name}`;
    const columns = after.columns.map((column) => quoted(column.name)).join(", ");
    const taken = after.columns.map((column) => values.get(column.name) ?? quoted(column.name)).join(", ");
    await this.#run(sqliteTable(temporary, all, after.checks));
    await this.#run(`INSERT INTO ${quoted(temporary)} (${columns}) SELECT ${taken} FROM ${quoted(name)}`);
    // A key that was given once is never given again.
    if (after.columns.some(({ countsUp }) => countsUp)) {
      const [own, of] = [temporary, name].map((one) => `'${one.replaceAll("'", "''")}'`);
      await this.#run(`DELETE FROM sqlite_sequence WHERE name = ${own}`);
      await this.#run(
        `INSERT INTO sqlite_sequence (name, seq) SELECT ${own}, seq FROM sqlite_sequence WHERE name = ${of}`,
      );
    }
    await this.#run(`DROP TABLE ${quoted(name)}`);
    // What names the table, views and triggers of others too, goes on naming it.
    await this.#run("PRAGMA legacy_alter_table = ON");
    await this.#run(`ALTER TABLE ${quoted(temporary)} RENAME TO ${quoted(name)}`);
    await this.#run("PRAGMA legacy_alter_table = OFF");
    const [, ...indexes] = tableStatements.sqlite(after).now;
    for (const sql of indexes) await this.#run(sql);
    for (const [other, sql] of others) await this.#run(sql).catch((error: unknown) => refuseOwn(other, error));
  }

  /** Does work after which the views and triggers of one's own find all that they found before. */
  async #unnoticed(work: () => Promise<void>): Promise<void> {
    const before = await this.#complaint();
    await work();
    const after = await this.#complaint();
    if (before === undefined && after !== undefined) refuseOwn(...after);
  }

  /** SQLite reads all triggers and views where a column gets a name, and names the first that finds something missing. */
  async #complaint(): Promise<readonly [name: string, error: unknown] | undefined> {
    const [found] = await this.#rows(
      "SELECT name, (SELECT name FROM pragma_table_info(list.name)) FROM sqlite_master list " +
        "WHERE type = 'table' AND sql LIKE 'CREATE TABLE%' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' LIMIT 1",
      [],
    );
    if (!found) return undefined;
    const [table, column] = found.map((name) => quoted(String(name)));
    try {
      await this.#rows(`ALTER TABLE ${table} RENAME COLUMN ${column} TO ${column}`, []);
      return undefined;
    } catch (error) {
      const [, name] =
        error instanceof Error ? (/^error in ((?:view|trigger) .+?)(?: after .*)?: /.exec(error.message) ?? []) : [];
      return name === undefined ? undefined : [name, error];
    }
  }

  /** The triggers of a table, and the indexes that its model knows nothing of. */
  async #othersOf(table: Table): Promise<readonly (readonly [name: string, sql: string])[]> {
    const own = await this.#indexes.ownOf(table);
    const rows = await this.#rows(
      "SELECT name, sql, type FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
      [table.name],
    );
    return rows
      .filter(([name]) => !own.has(String(name)))
      .map(([name, sql, type]) => [`${String(type)} ${String(name)}`, String(sql)]);
  }

  async #rows(sql: string, values: readonly string[]): Promise<readonly RowValues[]> {
    return this.#database.run({ sql, isWrite: false }, values);
  }

  async #run(sql: string): Promise<void> {
    await this.#database.run({ sql, isWrite: true }, []);
  }
}

function namesOf({ indexes }: Table): readonly string[] {
  return indexes.map(({ name }) => name);
}

/** What is one's own and names what is removed would be there, and be broken. */
function refuseOwn(name: string, cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new ImproperlyConfigured(
    `the ${name} names what is removed (${why}). Drop it first with runSql, and make it anew after it where it is still wanted.`,
    { cause },
  );
}
