import type { Database, RowValues } from "../../database/index.ts";
import { checksOf } from "../schema/sqlite-checks.ts";
import type { FoundColumn, FoundIndex, FoundReference, FoundTable, FoundTables } from "./found-table.ts";

/** Reads which tables an SQLite database has, by name. */
export async function sqliteTables(database: Database): Promise<FoundTables> {
  const read: Read = async (sql, ...values) => database.run({ sql, isWrite: false }, values);
  const listed = await read(
    "SELECT list.name, list.type, coalesce(main.sql, '') FROM pragma_table_list list " +
      "LEFT JOIN sqlite_master main ON main.name = list.name WHERE list.schema = 'main' AND list.type <> 'shadow' " +
      "AND list.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY list.name",
  );
  const tables: FoundTable[] = [];
  const others = new Map<string, string>();
  for (const [name, type, sql] of listed.map((row) => row.map(String))) {
    if (name === undefined || type === undefined || sql === undefined) continue;
    if (type === "table") tables.push(await tableOf(name, sql, read));
    else others.set(name, type === "view" ? "a view" : `a ${type} table`);
  }
  return { tables, others };
}

type Read = (sql: string, ...values: readonly string[]) => Promise<readonly RowValues[]>;

async function tableOf(name: string, sql: string, read: Read): Promise<FoundTable> {
  const columns = await read(
    'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid',
    name,
  );
  const primaryKey = columns
    .filter(([, , , , place]) => Number(place) > 0)
    .toSorted((one, other) => Number(one[4]) - Number(other[4]))
    .map(([column]) => String(column));
  const found = columns.map(([column, type, notNull, written, , hidden]): FoundColumn => {
    const declared = String(type).toLowerCase();
    const isOnlyKey = primaryKey.length === 1 && primaryKey[0] === column;
    return {
      name: String(column),
      type: declared,
      isNull: notNull === 0 && !isOnlyKey,
      // SQLite's own number of the row, by another name.
      isCounted: isOnlyKey && declared === "integer",
      isGenerated: hidden !== 0,
      default: written === null || written === undefined ? undefined : String(written),
      choices: undefined,
      isPositive: declared.endsWith("unsigned"),
      isJson: checksOf(sql).some((check) => isJsonCheck(check.sql, String(column))),
    };
  });
  const checks = checksOf(sql).filter(
    (check) => !found.some((column) => isJsonCheck(check.sql, column.name) || isPositiveCheck(check.sql, column)),
  );
  const [references, indexes] = [await referencesOf(name, read), await indexesOf(name, read)];
  return { name, columns: found, primaryKey, references, indexes, checks };
}

async function referencesOf(table: string, read: Read): Promise<readonly FoundReference[]> {
  const rows = await read(
    'SELECT id, "table", "from", "to", on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq',
    table,
  );
  return [...Map.groupBy(rows, ([id]) => id).values()].map((parts) => ({
    columns: parts.map(([, , from]) => String(from)),
    table: String(parts[0]?.[1]),
    // Nothing is said where it is the primary key.
    to: parts.flatMap(([, , , to]) => (to === null || to === undefined ? [] : [String(to)])),
    onDelete: String(parts[0]?.[4]),
  }));
}

async function indexesOf(table: string, read: Read): Promise<readonly FoundIndex[]> {
  const rows = await read(
    `SELECT list.name, list."unique", info.name, info."desc", info.coll, main.sql FROM pragma_index_list(?) list ` +
      "JOIN pragma_index_xinfo(list.name) info LEFT JOIN sqlite_master main ON main.name = list.name " +
      "WHERE list.origin <> 'pk' AND info.key = 1 ORDER BY list.name, info.seqno",
    table,
  );
  return [...Map.groupBy(rows, ([name]) => String(name))].map(([name, parts]) => {
    const columns = parts.flatMap(([, , column]) => (column === null ? [] : [String(column)]));
    const isOfColumns = parts.every(([, , column, , order]) => column !== null && order === "BINARY");
    return {
      name,
      columns,
      isUnique: parts[0]?.[1] === 1,
      descending: isOfColumns ? parts.map(([, , , isDescending]) => isDescending === 1) : undefined,
      where: /\)\s*WHERE\s+(.+)$/is.exec(String(parts[0]?.[5] ?? ""))?.[1],
    };
  });
}

function isJsonCheck(check: string, column: string): boolean {
  return new RegExp(String.raw`json_valid\s*\(\s*["\`[]?${RegExp.escape(column)}["\`\]]?\s*\)`, "i").test(check);
}

function isPositiveCheck(check: string, { name, isPositive }: FoundColumn): boolean {
  return (
    isPositive && check.replaceAll(/["\s]/g, "").toLowerCase() === `${name.replaceAll(/\s/g, "")}>=0`.toLowerCase()
  );
}
