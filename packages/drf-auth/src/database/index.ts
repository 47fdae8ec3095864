export {
  CheckViolation,
  type Database,
  type Dialect,
  ReferenceViolation,
  type StatementEvent,
  statementChannel,
  TransactionEnded,
  UniqueViolation,
} from "./database.ts";
export { DatabaseIsReadOnly } from "./postgresql/database-is-read-only.ts";
export { DatabaseUnreachable } from "./postgresql/database-unreachable.ts";
export { type DatabaseAddress, fileOfAddress, openDatabase, readDatabaseAddress } from "./open-database.ts";
export { SqliteDatabase, type SqliteOptions } from "./sqlite/sqlite-database.ts";
export { SqliteSnapshot } from "./sqlite/sqlite-snapshot.ts";
export type { RowValues, SqlValue, Statement } from "./statement.ts";
export { backUp } from "./sqlite/backup.ts";
