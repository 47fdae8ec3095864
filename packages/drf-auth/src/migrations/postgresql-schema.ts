import type { Database } from "../database/index.ts";
import { indexName } from "./index-name.ts";
import { literalOf } from "./literal.ts";
import type { Fill } from "./operations.ts";
import { quoted } from "./quoted.ts";
import type { Schema } from "./schema.ts";
import type { Column, Table, TableCheck, TableIndex } from "./table.ts";
import {
  indexStatement,
  type NamedConstraint,
  postgresqlColumn,
  postgresqlConstraint,
  postgresqlIndexes,
  uniqueText,
} from "./table-statements.ts";

/** Kinds of constraints, as pg_constraint has them. */
type Constraint = "c" | "f" | "u";

/**
 * Changes tables of PostgreSQL, in their place. What it removes is found by what it is, whoever named it.
 *
 * Outside of a transaction no step holds a table for as long as it takes to read it: indexes are made concurrently,
 * constraints are added first and checked then. Each step may be done again where it was broken off.
 */
export class PostgresqlSchema implements Schema {
  readonly #database: Database;
  readonly #isAtomic: boolean;

  constructor(database: Database, isAtomic: boolean) {
    this.#database = database;
    this.#isAtomic = isAtomic;
  }

  async addColumn(_before: Table, after: Table, name: string, fill: Fill | undefined): Promise<void> {
    await this.#settle(after);
    const column = columnIn(after, name);
    const standing = fill === undefined ? "" : ` DEFAULT ${literalOf(fill, column, "postgresql")}`;
    const isUniqueLater = column.isUnique && !this.#isAtomic;
    const added = postgresqlColumn(isUniqueLater ? { ...column, isUnique: false } : column);
    await this.#run(`${alter(after)} ADD COLUMN ${this.#isAtomic ? "" : "IF NOT EXISTS "}${added}${standing}`);
    if (standing) await this.#run(`${alter(after)} ALTER COLUMN ${quoted(name)} DROP DEFAULT`);
    if (isUniqueLater) await this.#addUnique(after, [name]);
    await this.#addIndexes(after, column);
    await this.#addReference(after, column);
  }

  async removeColumn(before: Table, _after: Table, name: string): Promise<void> {
    await this.#settle(before);
    await this.#run(`${alter(before)} DROP COLUMN ${quoted(name)} CASCADE`);
  }

  async renameColumn(table: Table, name: string, to: string): Promise<void> {
    // A step that was broken off may have come so far.
    if (name === to || (!this.#isAtomic && !(await this.#hasColumn(table, name)))) return;
    await this.#run(`${alter(table)} RENAME COLUMN ${quoted(name)} TO ${quoted(to)}`);
  }

  async alterColumn(before: Table, after: Table, name: string, fill: Fill | undefined): Promise<void> {
    await this.#settle(before);
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
      await this.#settle(after);
    }
    if (old.isNull && !column.isNull) await this.#setNotNull(after, name);
    if (!old.isNull && column.isNull) await this.#run(`${change} DROP NOT NULL`);
    if (column.isUnique && !old.isUnique) await this.#addUnique(after, [name]);
    if (column.check !== undefined && (isOther || old.check !== column.check)) {
      await this.#run(`${alter(after)} ADD CHECK (${column.check})`);
    }
    if (isLooked) await this.#addIndexes(after, column);
    if (isReferenced || isOther) await this.#addReference(after, column);
  }

  async alterUniqueTogether(before: Table, after: Table): Promise<void> {
    await this.#settle(before);
    const [old, now] = [before, after].map(
      ({ uniqueTogether }) => new Map(uniqueTogether.map((set) => [set.join(), set])),
    );
    for (const [key, names] of old ?? []) if (!now?.has(key)) await this.#dropConstraints(before, names, "u");
    for (const [key, names] of now ?? []) if (!old?.has(key)) await this.#addUnique(after, names);
  }

  async addIndex(table: Table, index: TableIndex): Promise<void> {
    await this.#settle(table);
    if (uniqueText(index)) return this.#addUnique(table, namesOf(index), index.name);
    const sql = indexStatement(table.name, index);
    await this.#run(this.#isAtomic ? sql : sql.replace(" INDEX ", " INDEX CONCURRENTLY IF NOT EXISTS "));
  }

  async removeIndex(table: Table, index: TableIndex): Promise<void> {
    await this.#settle(table);
    if (uniqueText(index)) return this.#dropConstraint(table, index.name);
    await this.#run(`DROP INDEX ${this.#isAtomic ? "" : "CONCURRENTLY IF EXISTS "}${quoted(index.name)}`);
  }

  async addCheck(before: Table, after: Table, { name, sql }: TableCheck): Promise<void> {
    await this.#settle(before);
    await this.#addConstraint(after, { name, text: `CHECK (${sql})` });
  }

  async removeCheck(before: Table, _after: Table, name: string): Promise<void> {
    await this.#settle(before);
    await this.#dropConstraint(before, name);
  }

  async #dropConstraint(table: Table, name: string): Promise<void> {
    await this.#run(`${alter(table)} DROP CONSTRAINT ${this.#isAtomic ? "" : "IF EXISTS "}${quoted(name)}`);
  }

  async #addIndexes(table: Table, column: Column): Promise<void> {
    for (const sql of postgresqlIndexes(table.name, column)) {
      await this.#run(this.#isAtomic ? sql : sql.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY IF NOT EXISTS"));
    }
  }

  async #addReference(table: Table, column: Column): Promise<void> {
    const constraint = postgresqlConstraint(table.name, column);
    if (constraint) await this.#addConstraint(table, constraint);
  }

  async #addUnique(table: Table, columns: readonly string[], given?: string): Promise<void> {
    const name = given ?? indexName(table.name, columns, "_uniq", "postgresql");
    const set = columns.map(quoted).join(", ");
    if (this.#isAtomic) return this.#run(`${alter(table)} ADD CONSTRAINT ${quoted(name)} UNIQUE (${set})`);
    if (await this.#hasConstraint(table, name)) return;
    await this.#run(`CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ${quoted(name)} ON ${quoted(table.name)} (${set})`);
    await this.#run(`${alter(table)} ADD CONSTRAINT ${quoted(name)} UNIQUE USING INDEX ${quoted(name)}`);
  }

  async #setNotNull(table: Table, column: string): Promise<void> {
    const change = `${alter(table)} ALTER COLUMN ${quoted(column)} SET NOT NULL`;
    if (this.#isAtomic) return this.#run(change);
    const name = indexName(table.name, [column], "_notnull", "postgresql");
    // With a constraint that was checked it need not read the rows itself.
    await this.#addConstraint(table, { name, text: `CHECK (${quoted(column)} IS NOT NULL)` });
    await this.#run(change);
    await this.#run(`${alter(table)} DROP CONSTRAINT ${quoted(name)}`);
  }

  async #addConstraint(table: Table, { name, text }: NamedConstraint): Promise<void> {
    const added = `${alter(table)} ADD CONSTRAINT ${quoted(name)} ${text}`;
    if (this.#isAtomic) return this.#run(added);
    if (!(await this.#hasConstraint(table, name))) await this.#run(`${added} NOT VALID`);
    await this.#run(`${alter(table)} VALIDATE CONSTRAINT ${quoted(name)}`);
  }

  async #hasColumn(table: Table, name: string): Promise<boolean> {
    const sql = "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped";
    return (await this.#database.run({ sql, isWrite: false }, [quoted(table.name), name])).length > 0;
  }

  async #hasConstraint(table: Table, name: string): Promise<boolean> {
    const sql = "SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass($1) AND conname = $2";
    return (await this.#database.run({ sql, isWrite: false }, [quoted(table.name), name])).length > 0;
  }

  /** What is left to the end of a transaction stands in the way of a change of its table. */
  async #settle(table: Table): Promise<void> {
    if (!this.#isAtomic) return this.#dropBroken(table);
    await this.#run("SET CONSTRAINTS ALL IMMEDIATE");
    await this.#run("SET CONSTRAINTS ALL DEFERRED");
  }

  /** An index whose making was broken off is there, and none. */
  async #dropBroken(table: Table): Promise<void> {
    const sql = "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = to_regclass($1) AND NOT indisvalid";
    const rows = await this.#database.run({ sql, isWrite: false }, [quoted(table.name)]);
    for (const [name] of rows) await this.#run(`DROP INDEX CONCURRENTLY ${String(name)}`);
  }

  /** Removes the constraints of a kind on exactly these columns, but for those that the model names. */
  async #dropConstraints(table: Table, columns: readonly string[], kind: Constraint): Promise<void> {
    const sql =
      "SELECT c.conname FROM pg_constraint c WHERE c.conrelid = to_regclass($1) AND c.contype = $2 AND " +
      "(SELECT array_agg(a.attname::text ORDER BY a.attname::text) FROM pg_attribute a " +
      "WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)) = $3::text[] AND c.conname::text <> ALL($4::text[])";
    const values = [quoted(table.name), kind, arrayOf(columns.toSorted()), arrayOf(ownNames(table))];
    const rows = await this.#database.run({ sql, isWrite: false }, values);
    for (const [name] of rows) await this.#run(`${alter(table)} DROP CONSTRAINT ${quoted(String(name))}`);
  }

  /** Removes the indexes on one column that no constraint needs and the model does not name. */
  async #dropIndexes(table: Table, column: string): Promise<void> {
    const sql =
      "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid " +
      "JOIN pg_attribute a ON a.attrelid = i.indrelid " +
      "WHERE i.indrelid = to_regclass($1) AND a.attname = $2 AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum AND " +
      "NOT i.indisunique AND i.indpred IS NULL AND x.relname::text <> ALL($3::text[])";
    const values = [quoted(table.name), column, arrayOf(ownNames(table))];
    const rows = await this.#database.run({ sql, isWrite: false }, values);
    for (const [name] of rows) await this.#run(`DROP INDEX ${String(name)}`);
  }

  async #run(sql: string): Promise<void> {
    await this.#database.run({ sql, isWrite: true }, []);
  }
}

function alter({ name }: Table): string {
  return `ALTER TABLE ${quoted(name)}`;
}

/** The names of the indexes and the constraints that a model declares beside its fields. */
function ownNames({ indexes, checks }: Table): readonly string[] {
  return [...indexes, ...checks].map(({ name }) => name);
}

function namesOf({ columns }: TableIndex): readonly string[] {
  return columns.map(({ name }) => name);
}

/** An array as PostgreSQL reads it from text. */
function arrayOf(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, "\\$&")}"`).join()}}`;
}

function columnIn({ columns }: Table, name: string): Column {
  const column = columns.find((one) => one.name === name);
  if (column) return column;
  throw new TypeError(`There is no column ${name}.`);
}
