import type { Database } from "../database/index.ts";
import { indexName } from "./index-name.ts";
import { literalOf } from "./literal.ts";
import type { Fill } from "./operations.ts";
import { quoted } from "./quoted.ts";
import type { Schema } from "./schema.ts";
import type { Column, Table } from "./table.ts";
import { postgresqlColumn, postgresqlIndexes, postgresqlReference } from "./table-statements.ts";

/** Kinds of constraints, as pg_constraint has them. */
type Constraint = "c" | "f" | "u";

/** Changes tables of PostgreSQL, in their place. What it removes is found by what it is, whoever named it. */
export class PostgresqlSchema implements Schema {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async addColumn(_before: Table, after: Table, name: string, fill: Fill | undefined): Promise<void> {
    await this.#settle();
    const column = columnIn(after, name);
    const standing = fill === undefined ? "" : ` DEFAULT ${literalOf(fill, column, "postgresql")}`;
    await this.#run(`${alter(after)} ADD COLUMN ${postgresqlColumn(column)}${standing}`);
    if (standing) await this.#run(`${alter(after)} ALTER COLUMN ${quoted(name)} DROP DEFAULT`);
    for (const sql of [...postgresqlIndexes(after.name, column), ...postgresqlReference(after.name, column)]) {
      await this.#run(sql);
    }
  }

  async removeColumn(before: Table, _after: Table, name: string): Promise<void> {
    await this.#settle();
    await this.#run(`${alter(before)} DROP COLUMN ${quoted(name)} CASCADE`);
  }

  async renameColumn(table: Table, name: string, to: string): Promise<void> {
    if (name !== to) await this.#run(`${alter(table)} RENAME COLUMN ${quoted(name)} TO ${quoted(to)}`);
  }

  async alterColumn(before: Table, after: Table, name: string, fill: Fill | undefined): Promise<void> {
    await this.#settle();
    const [old, column] = [columnIn(before, name), columnIn(after, name)];
    const change = `${alter(after)} ALTER COLUMN ${quoted(name)}`;
    const isOther = old.type !== column.type;
    const isReferenced = old.references?.table !== column.references?.table;
    if (old.references && (isReferenced || isOther)) await this.#dropConstraints(before, [name], "f");
    if (old.check !== undefined && (isOther || old.check !== column.check)) {
      await this.#dropConstraints(before, [name], "c");
    }
    if (old.isUnique && !column.isUnique) await this.#dropConstraints(before, [name], "u");
    const isLooked = isOther || old.hasIndex !== column.hasIndex || old.isUnique !== column.isUnique;
    if (isLooked) await this.#dropIndexes(before, name);
    if (isOther) {
      // As text first where it becomes text: what is too long is an error then, and is not cut off.
      const value = `${quoted(name)}::${column.isText ? "text" : column.type}`;
      await this.#run(`${change} TYPE ${column.type} USING ${value}`);
    }
    if (fill !== undefined) {
      const value = literalOf(fill, column, "postgresql");
      await this.#run(`UPDATE ${quoted(after.name)} SET ${quoted(name)} = ${value} WHERE ${quoted(name)} IS NULL`);
      await this.#settle();
    }
    if (old.isNull !== column.isNull) await this.#run(`${change} ${column.isNull ? "DROP" : "SET"} NOT NULL`);
    if (column.isUnique && !old.isUnique) {
      await this.#run(`${alter(after)} ADD UNIQUE (${quoted(name)})`);
    }
    if (column.check !== undefined && (isOther || old.check !== column.check)) {
      await this.#run(`${alter(after)} ADD CHECK (${column.check})`);
    }
    const made = [
      ...(isLooked ? postgresqlIndexes(after.name, column) : []),
      ...(isReferenced || isOther ? postgresqlReference(after.name, column) : []),
    ];
    for (const sql of made) await this.#run(sql);
  }

  async alterUniqueTogether(before: Table, after: Table): Promise<void> {
    await this.#settle();
    const [old, now] = [before, after].map(
      ({ uniqueTogether }) => new Map(uniqueTogether.map((set) => [set.join(), set])),
    );
    for (const [key, names] of old ?? []) if (!now?.has(key)) await this.#dropConstraints(before, names, "u");
    for (const [key, names] of now ?? []) {
      if (old?.has(key)) continue;
      const name = quoted(indexName(after.name, names, "_uniq", "postgresql"));
      await this.#run(`${alter(after)} ADD CONSTRAINT ${name} UNIQUE (${names.map(quoted).join(", ")})`);
    }
  }

  /** What is left to the end of a transaction stands in the way of a change of its table. */
  async #settle(): Promise<void> {
    await this.#run("SET CONSTRAINTS ALL IMMEDIATE");
    await this.#run("SET CONSTRAINTS ALL DEFERRED");
  }

  /** Removes the constraints of a kind on exactly these columns. */
  async #dropConstraints(table: Table, columns: readonly string[], kind: Constraint): Promise<void> {
    const sql =
      "SELECT c.conname FROM pg_constraint c WHERE c.conrelid = to_regclass($1) AND c.contype = $2 AND " +
      "(SELECT array_agg(a.attname::text ORDER BY a.attname::text) FROM pg_attribute a " +
      "WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)) = $3::text[]";
    const names = `{${columns
      .toSorted()
      .map((name) => `"${name}"`)
      .join()}}`;
    const rows = await this.#database.run({ sql, isWrite: false }, [quoted(table.name), kind, names]);
    for (const [name] of rows) await this.#run(`${alter(table)} DROP CONSTRAINT ${quoted(String(name))}`);
  }

  /** Removes the indexes on one column that no constraint needs. */
  async #dropIndexes(table: Table, column: string): Promise<void> {
    const sql =
      "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid " +
      "WHERE i.indrelid = to_regclass($1) AND a.attname = $2 AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum AND " +
      "NOT i.indisunique AND i.indpred IS NULL";
    const rows = await this.#database.run({ sql, isWrite: false }, [quoted(table.name), column]);
    for (const [name] of rows) await this.#run(`DROP INDEX ${String(name)}`);
  }

  async #run(sql: string): Promise<void> {
    await this.#database.run({ sql, isWrite: true }, []);
  }
}

function alter({ name }: Table): string {
  return `ALTER TABLE ${quoted(name)}`;
}

function columnIn({ columns }: Table, name: string): Column {
  const column = columns.find((one) => one.name === name);
  if (column) return column;
  throw new TypeError(`There is no column ${name}.`);
}
