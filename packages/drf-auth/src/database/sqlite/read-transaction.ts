import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { ImproperlyConfigured } from "../../errors.ts";
import { isBusy, isOfDriver } from "./driver-error.ts";
import { databaseIsBusy } from "./write-queue.ts";

const busySeconds = 5;

/**
 * Opens a database that is there, only to be read, in a transaction: all is as it is now until it is closed.
 *
 * @throws {ImproperlyConfigured} when there is none.
 */
export function readTransaction(path: string): DatabaseSync {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new ImproperlyConfigured(`There is no database at ${path}.`);
  }
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: busySeconds * 1000 });
    // It begins with what is read first.
    database.exec("BEGIN; SELECT 1 FROM sqlite_schema");
    return database;
  } catch (error) {
    database?.close();
    throw isBusy(error) ? databaseIsBusy(busySeconds, error) : unreadable(error, path);
  }
}

/** An error of the driver as one of the file that it read; others as they are. */
export function unreadable(error: unknown, path: string): unknown {
  if (!isOfDriver(error)) return error;
  return new ImproperlyConfigured(`The SQLite database ${path} cannot be read: ${error.message}.`, { cause: error });
}
