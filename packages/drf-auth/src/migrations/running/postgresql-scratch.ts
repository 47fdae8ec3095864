import type { Database, RowValues } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { quoted } from "../schema/quoted.ts";

/** How the schema is named that holds a copy of all tables for a moment. */
export const scratchSchema = "drf_auth_sql_";

/** How long it waits for somebody who is changing a table: copying asks for nothing that others would wait for. */
const lockSeconds = 3;

/**
 * Makes a schema that holds the tables of the first one without their rows, and has all that follows in the transaction
 * of the caller's find these; rows are those of some tables.
 */
export async function copyTables(database: Database, withRows: readonly string[]): Promise<void> {
  const read = async (sql: string): Promise<readonly RowValues[]> => database.run({ sql, isWrite: false }, []);
  const run = async (sql: string) => database.run({ sql, isWrite: true }, []);
  await run(`SET LOCAL lock_timeout = '${lockSeconds}s'`);
  await run("SET LOCAL statement_timeout = 0");
  const [[schema, pid, path] = []] = await read(
    "SELECT current_schema(), pg_backend_pid(), current_setting('search_path')",
  );
  const from = quoted(String(schema));
  const scratch = quoted(`${scratchSchema}${String(pid)}`);
  const own =
    "relnamespace = current_schema()::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_depend e " +
    "WHERE e.classid = 'pg_class'::regclass AND e.objid = t.oid AND e.deptype = 'e')";
  const tables = (
    await read(`SELECT relname FROM pg_class t WHERE relkind IN ('r', 'p') AND ${own} ORDER BY t.oid`)
  ).map(([name]) => String(name));
  // All is read while the tables of before are found by their names alone, and so are the copies then.
  const constraints = await read(
    "SELECT relname, conname, pg_get_constraintdef(c.oid), contype FROM pg_constraint c JOIN pg_class t ON t.oid = conrelid " +
      `WHERE contype IN ('p', 'u', 'c', 'x', 'f') AND ${own} ORDER BY contype = 'f', c.oid`,
  );
  const indexes = await read(
    "SELECT relname, replace(pg_get_indexdef(indexrelid), format(' %I.%I USING ', current_schema(), relname), format(' %I USING ', relname)) " +
      "FROM pg_index i JOIN pg_class t ON t.oid = indrelid WHERE relkind IN ('r', 'p') AND indisvalid AND NOT EXISTS " +
      `(SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')) AND ${own} ORDER BY indexrelid`,
  );
  const views = await read(
    `SELECT relname, relkind, pg_get_viewdef(t.oid) FROM pg_class t WHERE relkind IN ('v', 'm') AND ${own} ORDER BY t.oid`,
  );
  const triggers = await read(
    `SELECT pg_get_triggerdef(g.oid, true) FROM pg_trigger g JOIN pg_class t ON t.oid = tgrelid WHERE NOT tgisinternal AND ${own} ORDER BY g.oid`,
  );
  try {
    await run(`CREATE SCHEMA ${scratch}`);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes("permission denied")) throw error;
    throw new ImproperlyConfigured(
      `The SQL is found on a copy of the tables without their rows, in a schema that is undone, and the user of ${database.location} ` +
        `may make none (${error.message}). GRANT CREATE ON DATABASE to that user, give in MIGRATION_DATABASE_URL one who may, or ask a ` +
        "copy of the database: pg_dump --schema-only, with the rows of django_migrations and drf_auth_migrations.",
      { cause: error },
    );
  }
  const isRecord = (name: unknown): boolean => /^(?:django|drf_auth)_migration/.test(String(name));
  const statements = [
    `SET LOCAL search_path = ${scratch}, ${String(path)}`,
    ...tables.map(
      (name) =>
        `CREATE TABLE ${quoted(name)} (LIKE ${from}.${quoted(name)} INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING GENERATED)`,
    ),
    // The counters of a copy begin anew: its keys may come twice.
    ...constraints
      .filter(([table]) => !isRecord(table))
      .map(
        ([table, name, text]) =>
          `ALTER TABLE ${quoted(String(table))} ADD CONSTRAINT ${quoted(String(name))} ${String(text)}`,
      ),
    ...indexes.filter(([table]) => !isRecord(table)).map(([, sql]) => String(sql)),
    ...views.map(
      ([name, kind, text]) =>
        `CREATE ${kind === "m" ? "MATERIALIZED VIEW" : "VIEW"} ${quoted(String(name))} AS ${String(text).replace(/;\s*$/, "")}`,
    ),
    ...triggers.map(([sql]) => String(sql)),
    ...withRows
      .filter((name) => tables.includes(name))
      .map((name) => `INSERT INTO ${quoted(name)} SELECT * FROM ${from}.${quoted(name)}`),
  ];
  await database.script(statements.join(";\n"));
}
