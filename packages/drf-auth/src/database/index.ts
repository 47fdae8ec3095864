export {
  CheckViolation,
  type Database,
  type Dialect,
  type StatementEvent,
  statementChannel,
  UniqueViolation,
} from "./database.ts";
export { DatabaseUnreachable } from "./postgresql/database-unreachable.ts";
export { type DatabaseAddress, openDatabase, readDatabaseAddress } from "./open-database.ts";
export { SqliteDatabase, type SqliteOptions } from "./sqlite/sqlite-database.ts";
export type { RowValues, SqlValue, Statement } from "./statement.ts";
export { backUp } from "./sqlite/backup.ts";
