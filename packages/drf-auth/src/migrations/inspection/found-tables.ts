import type { Database } from "../../database/index.ts";
import type { FoundTables } from "./found-table.ts";
import { postgresqlTables } from "./postgresql-tables.ts";
import { sqliteTables } from "./sqlite-tables.ts";

/** Reads which tables a database has: those of its first schema, on PostgreSQL. */
export function foundTables(database: Database): Promise<FoundTables> {
  return database.dialect === "sqlite" ? sqliteTables(database) : postgresqlTables(database);
}
