import { databaseDefaults, type Project } from "../application/index.ts";
import { resolveOptions } from "../settings.ts";
import type { Terminal } from "./terminal.ts";

/** Says so when the workers may ask the PostgreSQL server for more connections than it has. */
export async function sayTooManyConnections(
  { database, application }: Project,
  workers: number,
  terminal: Terminal,
): Promise<void> {
  if (database.dialect !== "postgresql") return;
  const { poolSize } = resolveOptions("settings.database", databaseDefaults, application.settings.database);
  const sql =
    "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int, " +
    "(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())";
  const [row] = await database.run({ sql, isWrite: false }, []);
  const [most, others] = [Number(row?.[0]), Number(row?.[1])];
  // Those that are replaced while the server reloads hold theirs a little longer.
  const wanted = workers * poolSize;
  if (wanted + others <= most) return;
  terminal.complain(
    `${workers} workers of up to ${poolSize} connections are ${wanted}, and the database has ${most}, of which ${others} ` +
      "are in use: some requests will be answered 503. Set database.poolSize lower, WORKERS lower, or max_connections " +
      "of the server higher.",
  );
}
