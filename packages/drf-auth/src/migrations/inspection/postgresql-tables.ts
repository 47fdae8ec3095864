import type { Database, RowValues } from "../../database/index.ts";
import type { FoundCheck, FoundColumn, FoundIndex, FoundReference, FoundTable, FoundTables } from "./found-table.ts";

const inSchema = "JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()";
const isTable = "c.relkind IN ('r', 'p') AND NOT c.relispartition";

/** The names of columns, in the order of a list of their numbers. */
const names = (numbers: string, table: string): string =>
  `(SELECT json_agg(a.attname ORDER BY place.at) FROM unnest(${numbers}) WITH ORDINALITY place(number, at) ` +
  `JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = place.number)::text`;

const queries = Object.freeze({
  columns:
    "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::int, (a.attidentity <> '')::int, " +
    "(a.attgenerated <> '')::int, pg_get_expr(d.adbin, d.adrelid), " +
    "(SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = a.atttypid)::text " +
    `FROM pg_class c ${inSchema} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ` +
    `LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE ${isTable} ORDER BY c.relname, a.attnum`,
  constraints:
    `SELECT c.relname, k.contype, ${names("k.conkey", "c.oid")}, o.relname, ${names("k.confkey", "o.oid")}, ` +
    `k.confdeltype, pg_get_expr(k.conbin, k.conrelid), k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid ${inSchema} ` +
    `LEFT JOIN pg_class o ON o.oid = k.confrelid WHERE ${isTable} AND k.contype IN ('c', 'f', 'p') ORDER BY c.relname, k.conname`,
  indexes:
    `SELECT c.relname, x.relname, ${names("i.indkey::int2[]", "c.oid")}, i.indisunique::int, ` +
    // What is neither ascending nor descending as a column is by itself puts null elsewhere.
    "CASE WHEN i.indexprs IS NULL AND m.amname = 'btree' AND i.indnkeyatts = i.indnatts " +
    "AND NOT EXISTS (SELECT 1 FROM unnest(i.indoption::int2[]) way WHERE way NOT IN (0, 3)) " +
    "AND NOT EXISTS (SELECT 1 FROM pg_opclass p WHERE p.oid = ANY(i.indclass::oid[]) AND NOT p.opcdefault) " +
    // What asks of nulls that they differ from nothing, or waits for the end of a transaction, is no unique set of Django's.
    "AND to_jsonb(i) ->> 'indnullsnotdistinct' IS DISTINCT FROM 'true' " +
    "AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.condeferrable AND k.contype = 'u') " +
    "THEN to_json(i.indoption::int2[])::text END, pg_get_expr(i.indpred, i.indrelid) " +
    `FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid ${inSchema} JOIN pg_class x ON x.oid = i.indexrelid ` +
    `JOIN pg_am m ON m.oid = x.relam WHERE ${isTable} AND NOT i.indisprimary AND NOT EXISTS ` +
    "(SELECT 1 FROM pg_opclass p WHERE p.oid = ANY(i.indclass::oid[]) AND p.opcname LIKE '%pattern_ops') ORDER BY 1, 2",
  others: `SELECT c.relname, c.relkind FROM pg_class c ${inSchema} WHERE c.relkind IN ('v', 'm', 'f') ORDER BY c.relname`,
});

const otherKinds: Readonly<Record<string, string>> = { v: "a view", m: "a materialized view", f: "a foreign table" };
const deletions: Readonly<Record<string, string>> = {
  a: "NO ACTION",
  c: "CASCADE",
  d: "SET DEFAULT",
  n: "SET NULL",
  r: "RESTRICT",
};

/** Reads which tables the first schema of a PostgreSQL database has, by name. */
export async function postgresqlTables(database: Database): Promise<FoundTables> {
  const read = async (sql: string): Promise<readonly RowValues[]> => database.run({ sql, isWrite: false }, []);
  const byTable = (rows: readonly RowValues[]) => Map.groupBy(rows, ([table]) => String(table));
  const [columns, constraints, indexes] = [
    byTable(await read(queries.columns)),
    byTable(await read(queries.constraints)),
    byTable(await read(queries.indexes)),
  ];
  const tables = [...columns].map(([name, rows]) =>
    tableOf(name, { columns: rows, constraints: constraints.get(name) ?? [], indexes: indexes.get(name) ?? [] }),
  );
  const others = await read(queries.others);
  return {
    tables,
    others: new Map(others.map(([name, kind]) => [String(name), otherKinds[String(kind)] ?? "no table"])),
  };
}

type Rows = Readonly<Record<"columns" | "constraints" | "indexes", readonly RowValues[]>>;

function tableOf(name: string, { columns, constraints, indexes }: Rows): FoundTable {
  const ofKind = (kind: string) => constraints.filter(([, one]) => one === kind);
  const primaryKey = ofKind("p").flatMap(([, , own]) => list(own));
  const checks = ofKind("c").map(([, , , , , , text, own]): FoundCheck => ({ name: String(own), sql: String(text) }));
  const found = columns.map((row) => columnOf(row, checks));
  return {
    name,
    columns: found,
    primaryKey,
    references: ofKind("f").map(([, , own, table, to, deletion]): FoundReference => ({
      columns: list(own),
      table: String(table),
      to: list(to),
      onDelete: deletions[String(deletion)] ?? "NO ACTION",
    })),
    indexes: indexes.map(([, index, own, unique, ways, where]): FoundIndex => ({
      name: String(index),
      columns: list(own),
      isUnique: unique === 1,
      descending: typeof ways === "string" ? (JSON.parse(ways) as number[]).map((way) => way !== 0) : undefined,
      where: typeof where === "string" ? where : undefined,
    })),
    checks: checks.filter(({ sql }) => !found.some((column) => isPositiveCheck(sql, column.name))),
  };
}

function columnOf(
  [, name, type, notNull, identity, generated, written, labels]: RowValues,
  checks: readonly FoundCheck[],
): FoundColumn {
  const text = written === null || written === undefined ? undefined : String(written);
  const isCounted = identity === 1 || text?.startsWith("nextval(") === true;
  return {
    name: String(name),
    type: String(type).toLowerCase(),
    isNull: notNull === 0,
    isCounted,
    isGenerated: generated === 1,
    default: isCounted || generated === 1 ? undefined : text,
    choices: labels === null || labels === undefined ? undefined : list(labels),
    isPositive: checks.some(({ sql }) => isPositiveCheck(sql, String(name))),
    isJson: false,
  };
}

function isPositiveCheck(check: string, column: string): boolean {
  return check.replaceAll(/[()"]/g, "") === `${column} >= 0`;
}

function list(text: unknown): string[] {
  return text === null || text === undefined ? [] : (JSON.parse(String(text)) as string[]);
}
