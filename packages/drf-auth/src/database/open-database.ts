import { resolve } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import type { Environment } from "../settings.ts";
import type { Database, Dialect } from "./database.ts";
import { PostgresqlDatabase } from "./postgresql/postgresql-database.ts";
import type { PostgresqlOptions } from "./postgresql/postgresql-options.ts";
import { readServerAddress, type ServerAddress } from "./postgresql/server-address.ts";
import { mustNameFile, SqliteDatabase, type SqliteOptions } from "./sqlite/sqlite-database.ts";

/** Where a database is, from its address. */
export interface DatabaseAddress {
  readonly dialect: Dialect;
  /** The file, for SQLite. */
  readonly path?: string;
  /** The server, for PostgreSQL. */
  readonly server?: ServerAddress;
}

/**
 * Reads `sqlite:PATH` (relative to `folder`) or `postgres://…`, which may leave what libpq's variables say to these.
 *
 * @throws {ImproperlyConfigured} when it is neither, or names no file.
 */
export function readDatabaseAddress(url: string, folder: string, environment: Environment = {}): DatabaseAddress {
  const file = fileOfAddress(url);
  if (file !== undefined) return { dialect: "sqlite", path: resolve(folder, mustNameFile(file)) };
  if (/^postgres(ql)?:\/\//.test(url)) return { dialect: "postgresql", server: readServerAddress(url, environment) };
  // The address may hold a password: say its scheme alone.
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? "no scheme";
  throw new ImproperlyConfigured(
    `DATABASE_URL begins with ${scheme}: write sqlite:PATH, such as sqlite:db.sqlite3, or ` +
      "postgres://USER:PASSWORD@HOST:5432/NAME.",
  );
}

/** The file of `sqlite:PATH`; undefined of any other address. */
export function fileOfAddress(url: string): string | undefined {
  if (!url.startsWith("sqlite:")) return undefined;
  // `sqlite:///srv/db.sqlite3` is the address of a file too, as URLs are written.
  return url.slice("sqlite:".length).replace(/^\/{2,}(?=\/)/, "");
}

export type DatabaseOptions = Pick<SqliteOptions, "busySeconds" | "synchronous"> &
  Pick<PostgresqlOptions, "hasPreparedStatements" | "poolSize" | "statementSeconds"> &
  Pick<SqliteOptions, "onSlowStatement"> &
  Pick<PostgresqlOptions, "onLostConnection" | "onNotice">;

/** Opens the database at an address. */
export async function openDatabase(
  { path, server }: DatabaseAddress,
  options: Partial<DatabaseOptions> = {},
): Promise<Database> {
  const { synchronous, hasPreparedStatements, poolSize, statementSeconds, onLostConnection, onNotice, ...common } =
    options;
  if (!server) {
    return new SqliteDatabase(path ?? "", { ...common, ...(synchronous !== undefined && { synchronous }) });
  }
  return new PostgresqlDatabase(server, {
    ...common,
    hasPreparedStatements: hasPreparedStatements ?? !server.isPooled,
    ...(poolSize !== undefined && { poolSize }),
    ...(statementSeconds !== undefined && { statementSeconds }),
    ...(onLostConnection && { onLostConnection }),
    ...(onNotice && { onNotice }),
  });
}
