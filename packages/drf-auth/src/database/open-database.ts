import { resolve } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import { mustNameFile, SqliteDatabase, type SqliteOptions } from "./sqlite/sqlite-database.ts";

/** Where a database is, from its address. */
export interface DatabaseAddress {
  readonly dialect: "sqlite" | "postgresql";
  /** The file, for SQLite. */
  readonly path?: string;
}

/**
 * Reads `sqlite:PATH` (relative to `folder`) or `postgres://…`.
 *
 * @throws {ImproperlyConfigured} when it is neither, or names no file.
 */
export function readDatabaseAddress(url: string, folder: string): DatabaseAddress {
  if (url.startsWith("sqlite:")) {
    // `sqlite:///srv/db.sqlite3` is the address of a file too, as URLs are written.
    const path = url.slice("sqlite:".length).replace(/^\/{2,}(?=\/)/, "");
    return { dialect: "sqlite", path: resolve(folder, mustNameFile(path)) };
  }
  if (/^postgres(ql)?:\/\//.test(url)) return { dialect: "postgresql" };
  // The address may hold a password: say its scheme alone.
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? "no scheme";
  throw new ImproperlyConfigured(`DATABASE_URL begins with ${scheme}: write sqlite:PATH, such as sqlite:db.sqlite3.`);
}

/** Opens the database at an address. */
export function openDatabase(address: DatabaseAddress, options: Partial<SqliteOptions> = {}): SqliteDatabase {
  if (address.dialect === "sqlite" && address.path !== undefined) return new SqliteDatabase(address.path, options);
  throw new ImproperlyConfigured(
    "DATABASE_URL names a PostgreSQL database, which this version does not open yet. Write sqlite:PATH.",
  );
}
