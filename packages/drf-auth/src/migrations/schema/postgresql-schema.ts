import type { Database } from "../../database/index.ts";
import { indexName } from "./index-name.ts";
import { literalOf } from "./literal.ts";
import type { Fill } from "../operations.ts";
import { quoted } from "./quoted.ts";
import { dropReferencesTo, mustBeAlone } from "./postgresql-dependents.ts";
import { type IndexForm, PostgresqlIndexes } from "./postgresql-indexes.ts";
import type { Schema } from "./schema.ts";
import type { Column, Table, TableCheck, TableIndex } from "./table.ts";
import {
  type FieldIndex,
  fieldIndexStatement,
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
  readonly #indexes: PostgresqlIndexes;

  constructor(database: Database, isAtomic: boolean) {
    this.#database = database;
    this.#isAtomic = isAtomic;
    this.#indexes = new PostgresqlIndexes(database);
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
    await this.#addIndexes(after, postgresqlIndexes(after.name, column));
    await this.#addReference(after, column);
  }

  async removeColumn(before: Table, _after: Table, name: string): Promise<void> {
    await this.#settle(before);
    await mustBeAlone(this.#database, { table: before.name, column: name });
    await this.#run(`${alter(before)} DROP COLUMN ${quoted(name)}`);
  }

  async removeTable(name: string, known: readonly string[]): Promise<void> {
    await this.#settle({ name });
    await mustBeAlone(this.#database, { table: name });
    await dropReferencesTo(this.#database, name, known);
    await this.#run(`DROP TABLE ${quoted(name)}`);
  }

  async renameColumn(table: Table, name: string, to: string): Promise<void> {
    if (name === to) return;
    // A step that was broken off may have come so far.
    if (this.#isAtomic || (await this.#hasColumn(table, name))) {
      await this.#run(`${alter(table)} RENAME COLUMN ${quoted(name)} TO ${quoted(to)}`);
    }
    const renaming = { table: table.name, tableBefore: table.name, column: to, columnBefore: name };
    await this.#indexes.renameAlong(renaming, ownNames(table));
  }

  async renameTable(table: Table, to: string): Promise<void> {
    if (table.name === to) return;
    await this.#run(`${alter(table)} RENAME TO ${quoted(to)}`);
    await this.#indexes.renameAlong({ table: to, tableBefore: table.name }, ownNames(table));
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
    const [indexesBefore, indexes] = [before, after].map((table) =>
      postgresqlIndexes(table.name, columnIn(table, name)),
    ) as [readonly FieldIndex[], readonly FieldIndex[]];
    for (const index of without(indexesBefore, indexes)) await this.#dropIndex(before, index);
    if (isOther) {
      // As text first where it becomes text: what is too long is an error then, and is not cut off. A longer text stays
      // where it is, with its indexes.
      const value = `${quoted(name)}::${column.isText ? "text" : column.type}`;
      const using = old.isText && column.isText ? "" : ` USING ${value}`;
      await this.#run(`${change} TYPE ${column.type}${using}`);
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
      const check = { name: checkName(after.name, name), text: `CHECK (${column.check})` };
      if (this.#isAtomic) await this.#run(`${alter(after)} ADD ${check.text}`);
      else await this.#addConstraint(after, check, "c", [name]);
    }
    await this.#addIndexes(after, without(indexes, indexesBefore));
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
    await this.#makeIndex(table, index.name, indexStatement(table.name, index), {
      columns: namesOf(index),
      isUnique: index.isUnique,
    });
  }

  async removeIndex(table: Table, index: TableIndex): Promise<void> {
    await this.#settle(table);
    if (uniqueText(index)) return this.#dropConstraint(table, index.name);
    await this.#run(`DROP INDEX ${this.#isAtomic ? "" : "CONCURRENTLY IF EXISTS "}${quoted(index.name)}`);
  }

  async addCheck(before: Table, after: Table, { name, sql }: TableCheck): Promise<void> {
    await this.#settle(before);
    await this.#addConstraint(after, { name, text: `CHECK (${sql})` }, "c");
  }

  async removeCheck(before: Table, _after: Table, name: string): Promise<void> {
    await this.#settle(before);
    await this.#dropConstraint(before, name);
  }

  async #dropConstraint(table: Table, name: string): Promise<void> {
    await this.#run(`${alter(table)} DROP CONSTRAINT ${this.#isAtomic ? "" : "IF EXISTS "}${quoted(name)}`);
  }

  async #addIndexes(table: Table, indexes: readonly FieldIndex[]): Promise<void> {
    for (const index of indexes) {
      const { name, column, operators } = index;
      await this.#makeIndex(table, name, fieldIndexStatement(table.name, index), {
        columns: [column],
        isUnique: false,
        ...(operators !== undefined && { operators }),
      });
    }
  }

  /** One that a step made which was broken off then is not made again; whatever else has its name is an error. */
  async #makeIndex(table: Table, name: string, sql: string, form: IndexForm): Promise<void> {
    if (this.#isAtomic) return this.#run(sql);
    if (await this.#indexes.isMade(table.name, name, form)) return;
    await this.#run(sql.replace(" INDEX ", " INDEX CONCURRENTLY "));
  }

  async #addReference(table: Table, column: Column): Promise<void> {
    const constraint = postgresqlConstraint(table.name, column);
    if (constraint) await this.#addConstraint(table, constraint, "f", [column.name]);
  }

  async #addUnique(table: Table, columns: readonly string[], given?: string): Promise<void> {
    const name = given ?? indexName(table.name, columns, "_uniq", "postgresql");
    const set = columns.map(quoted).join(", ");
    if (this.#isAtomic) return this.#run(`${alter(table)} ADD CONSTRAINT ${quoted(name)} UNIQUE (${set})`);
    if (await this.#indexes.isConstrained(table.name, name, "u", columns)) return;
    const sql = `CREATE UNIQUE INDEX ${quoted(name)} ON ${quoted(table.name)} (${set})`;
    await this.#makeIndex(table, name, sql, { columns, isUnique: true });
    await this.#run(`${alter(table)} ADD CONSTRAINT ${quoted(name)} UNIQUE USING INDEX ${quoted(name)}`);
  }

  async #setNotNull(table: Table, column: string): Promise<void> {
    const change = `${alter(table)} ALTER COLUMN ${quoted(column)} SET NOT NULL`;
    if (this.#isAtomic) return this.#run(change);
    const name = indexName(table.name, [column], "_notnull", "postgresql");
    // With a constraint that was checked it need not read the rows itself.
    await this.#addConstraint(table, { name, text: `CHECK (${quoted(column)} IS NOT NULL)` }, "c", [column]);
    await this.#run(change);
    await this.#run(`${alter(table)} DROP CONSTRAINT ${quoted(name)}`);
  }

  async #addConstraint(
    table: Table,
    { name, text }: NamedConstraint,
    kind: Constraint,
    columns?: readonly string[],
  ): Promise<void> {
    const added = `${alter(table)} ADD CONSTRAINT ${quoted(name)} ${text}`;
    if (this.#isAtomic) return this.#run(added);
    await this.#dropUnchecked(table, name, kind);
    if (!(await this.#indexes.isConstrained(table.name, name, kind, columns))) await this.#run(`${added} NOT VALID`);
    await this.#run(`${alter(table)} VALIDATE CONSTRAINT ${quoted(name)}`);
  }

  /** A constraint that the rows violated may say something else since its migration was mended. */
  async #dropUnchecked(table: Table, name: string, kind: Constraint): Promise<void> {
    const sql =
      "SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass($1) AND conname = $2 AND contype = $3 AND NOT convalidated";
    const rows = await this.#database.run({ sql, isWrite: false }, [quoted(table.name), name, kind]);
    if (rows.length > 0) await this.#run(`${alter(table)} DROP CONSTRAINT ${quoted(name)}`);
  }

  async #hasColumn(table: Table, name: string): Promise<boolean> {
    const sql = "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped";
    return (await this.#database.run({ sql, isWrite: false }, [quoted(table.name), name])).length > 0;
  }

  /** What is left to the end of a transaction stands in the way of a change of its table. */
  async #settle(table: Pick<Table, "name">): Promise<void> {
    if (!this.#isAtomic) return this.#dropBroken(table);
    await this.#run("SET CONSTRAINTS ALL IMMEDIATE");
    await this.#run("SET CONSTRAINTS ALL DEFERRED");
  }

  /** An index whose making was broken off is there, and none. */
  async #dropBroken(table: Pick<Table, "name">): Promise<void> {
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

  async #dropIndex(table: Table, index: FieldIndex): Promise<void> {
    const name = await this.#indexes.nameOf(table, index);
    if (name !== undefined) await this.#run(`DROP INDEX ${this.#isAtomic ? "" : "CONCURRENTLY "}${quoted(name)}`);
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

/** The name that PostgreSQL itself gives a check of a column, as long as that is not too long. */
function checkName(table: string, column: string): string {
  const name = `${table}_${column}_check`;
  return Buffer.byteLength(name) <= 63 ? name : indexName(table, [column], "_check", "postgresql");
}

/** The indexes of some that are not among others. */
function without(some: readonly FieldIndex[], others: readonly FieldIndex[]): readonly FieldIndex[] {
  return some.filter((index) => !others.some(({ operators }) => operators === index.operators));
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
