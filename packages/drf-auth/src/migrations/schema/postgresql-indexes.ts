import type { Database } from "../../database/index.ts";
import { columnBefore, derivedName, type Renaming } from "./derived-name.ts";
import { quoted } from "./quoted.ts";
import type { Table } from "./table.ts";
import type { FieldIndex } from "./table-statements.ts";

/** An index as PostgreSQL's catalog has it. */
interface FoundIndex {
  readonly name: string;
  readonly columns: readonly string[];
  readonly isUnique: boolean;
  /** Whether it is of the usual kind: a tree of whole columns, each ascending and in its own order of letters, of all rows. */
  readonly isPlain: boolean;
  /** The operator classes that are not those of their types, else "". */
  readonly operators: string;
  /** Whether it is that of a constraint. */
  readonly isOfConstraint: boolean;
}

/** The indexes and constraints of PostgreSQL's tables, found by what they are. */
export class PostgresqlIndexes {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Tells whether an index of a name is there, and is about these columns. */
  async isMade(table: string, name: string, { columns, isUnique, operators = "" }: IndexForm): Promise<boolean> {
    const found = (await this.#on(table)).find((index) => index.name === name);
    return (
      found !== undefined &&
      found.columns.join("\n") === columns.join("\n") &&
      found.isUnique === isUnique &&
      found.operators === operators
    );
  }

  /** Tells whether a constraint of a name is there, of a kind and on these columns. */
  async isConstrained(
    table: string,
    name: string,
    kind: "c" | "f" | "u",
    columns?: readonly string[],
  ): Promise<boolean> {
    const sql =
      `SELECT ${columnsOf("c.conkey", "c.conrelid")} FROM pg_constraint c ` +
      "WHERE c.conrelid = to_regclass($1) AND c.conname = $2 AND c.contype = $3";
    const rows = await this.#rows(sql, [quoted(table), name, kind]);
    return rows.some(([found]) => columns === undefined || listOf(found).join("\n") === columns.join("\n"));
  }

  /** The index that is a field's own, exactly as it is made: another on the same column is somebody else's. */
  async nameOf(table: Table, index: FieldIndex): Promise<string | undefined> {
    const given = new Set(table.indexes.map(({ name }) => name));
    const same = (await this.#on(table.name)).filter(
      ({ name, columns, isUnique, isPlain, isOfConstraint, operators }) =>
        isPlain &&
        !isUnique &&
        !isOfConstraint &&
        !given.has(name) &&
        columns.length === 1 &&
        columns[0] === index.column &&
        operators === (index.operators ?? ""),
    );
    return (same.find(({ name }) => name === index.name) ?? same[0])?.name;
  }

  /** Gives what is named after a table and its columns the name that goes with those of now; other names stay. */
  async renameAlong(renaming: Renaming, given: readonly string[]): Promise<void> {
    const now = quoted(renaming.table);
    for (const { name, columns, isOfConstraint } of await this.#on(renaming.table)) {
      const to = derivedName(name, columns, renaming, ["", "_like", "_uniq"]);
      if (to === undefined || given.includes(name) || (await this.#isTaken(to))) continue;
      await this.#run(
        isOfConstraint
          ? `ALTER TABLE ${now} RENAME CONSTRAINT ${quoted(name)} TO ${quoted(to)}`
          : `ALTER INDEX ${quoted(name)} RENAME TO ${quoted(to)}`,
      );
    }
    const references = await this.#rows(
      `SELECT c.conname, r.relname, ${columnsOf("c.conkey", "c.conrelid")}, t.relname, ${columnsOf("c.confkey", "c.confrelid")} ` +
        "FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid " +
        "WHERE c.contype = 'f' AND (c.conrelid = to_regclass($1) OR c.confrelid = to_regclass($1)) ORDER BY c.oid",
      [now],
    );
    for (const [conname, from, columns, target, keys] of references) {
      const [table, other, [key = ""]] = [String(from), String(target), listOf(keys)];
      const isFrom = table === renaming.table;
      const before =
        other === renaming.table
          ? { table: renaming.tableBefore, key: columnBefore(key, renaming) }
          : { table: other, key };
      const own: Renaming = isFrom ? renaming : { table, tableBefore: table };
      const to = derivedName(String(conname), listOf(columns), own, [
        [`_fk_${before.table}_${before.key}`, `_fk_${other}_${key}`],
      ]);
      if (to === undefined || (await this.#isConstraint(table, to))) continue;
      await this.#run(`ALTER TABLE ${quoted(table)} RENAME CONSTRAINT ${quoted(String(conname))} TO ${quoted(to)}`);
    }
  }

  async #isConstraint(table: string, name: string): Promise<boolean> {
    const sql = "SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass($1) AND conname = $2";
    return (await this.#rows(sql, [quoted(table), name])).length > 0;
  }

  async #isTaken(name: string): Promise<boolean> {
    return (await this.#rows("SELECT 1 WHERE to_regclass($1) IS NOT NULL", [quoted(name)])).length > 0;
  }

  async #on(table: string): Promise<readonly FoundIndex[]> {
    const sql =
      `SELECT x.relname, ${columnsOf("i.indkey::int2[]", "i.indrelid")}, i.indisunique, ` +
      "m.amname = 'btree' AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indnatts = i.indnkeyatts AND " +
      "0 = ALL(i.indoption::int2[]) AND NOT EXISTS (SELECT 1 FROM pg_attribute xa JOIN pg_attribute a " +
      "ON a.attrelid = i.indrelid AND a.attnum = (i.indkey::int2[])[xa.attnum - 1] " +
      "WHERE xa.attrelid = i.indexrelid AND xa.attcollation <> a.attcollation), " +
      "(SELECT coalesce(string_agg(o.opcname, ',' ORDER BY k.n) FILTER (WHERE NOT o.opcdefault), '') " +
      "FROM unnest(i.indclass::oid[]) WITH ORDINALITY k(class, n) JOIN pg_opclass o ON o.oid = k.class), " +
      "EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')) " +
      "FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam " +
      "WHERE i.indrelid = to_regclass($1) ORDER BY i.indexrelid";
    return (await this.#rows(sql, [quoted(table)])).map(
      ([name, columns, isUnique, isPlain, operators, isOfConstraint]) => ({
        name: String(name),
        columns: listOf(columns),
        isUnique: isUnique === 1,
        isPlain: isPlain === 1,
        operators: String(operators),
        isOfConstraint: isOfConstraint === 1,
      }),
    );
  }

  async #rows(sql: string, values: readonly string[]) {
    return this.#database.run({ sql, isWrite: false }, values);
  }

  async #run(sql: string): Promise<void> {
    await this.#database.run({ sql, isWrite: true }, []);
  }
}

/** What an index is about. */
export interface IndexForm {
  readonly columns: readonly string[];
  readonly isUnique: boolean;
  readonly operators?: string;
}

/** The names of columns by their numbers, as a list in JSON. */
function columnsOf(numbers: string, table: string): string {
  return (
    "(SELECT coalesce(json_agg(a.attname ORDER BY k.n), '[]')::text " +
    `FROM unnest(${numbers}) WITH ORDINALITY k(attnum, n) JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = k.attnum)`
  );
}

function listOf(json: unknown): readonly string[] {
  return JSON.parse(String(json)) as readonly string[];
}
