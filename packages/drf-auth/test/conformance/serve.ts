// `npm run conformance:serve`: serves the application whose answers were recorded, on a fresh database, in the
// foreground. PORT (8123), DATABASE_URL (a temporary file), SECRET_KEY, WORKERS (1); KEEP_DATABASE=1 serves a database
// as it is found, one that Django made and shares included.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openProject } from "../../src/application/index.ts";
import { openDatabase, readDatabaseAddress } from "../../src/database/index.ts";
import { migrate } from "../../src/migrations/index.ts";
import { supervise } from "../../src/server/index.ts";
import application from "./application/app.ts";
import { seed } from "./application/seed.ts";

const app = fileURLToPath(new URL("application/app.ts", import.meta.url));
const folder = dirname(app);
const marker = "conformance_marker";
const port = Number(process.env["PORT"] ?? 8123);
const scratch = process.env["DATABASE_URL"] ? undefined : mkdtempSync(join(tmpdir(), "drf-auth-conformance-"));
const given = process.env["DATABASE_URL"] || `sqlite:${join(scratch ?? "", "conformance.sqlite3")}`;
/** A relative path is relative to where the command is run; the application would take it for one of its own folder. */
const address = readDatabaseAddress(given, process.cwd());
const { path: databasePath } = address;
const environment = {
  ...process.env,
  DATABASE_URL: databasePath === undefined ? given : `sqlite:${databasePath}`,
  SECRET_KEY: process.env["SECRET_KEY"] || "conformance-secret-key-that-is-long-enough-0123456789",
};

try {
  if (process.env["KEEP_DATABASE"] !== "1") await makeAnew();
  process.exitCode = await supervise({
    exec: new URL("../../src/cli/serve-worker.ts", import.meta.url).href,
    args: [JSON.stringify({ app })],
    listen: { host: "127.0.0.1", port },
    workers: Number(process.env["WORKERS"] ?? 1),
    env: environment,
    onReady: (address) => void process.stdout.write(`ready http://127.0.0.1:${address.port}\n`),
    log: (entry) => void process.stderr.write(`${JSON.stringify(entry)}\n`),
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
}
process.exit();

/** Makes the database, once it is empty or known to be this application's own. */
async function makeAnew(): Promise<void> {
  if (databasePath === undefined) await removeOwnTables();
  else if (existsSync(databasePath)) await removeOwn(databasePath);
  const project = await openProject(application, { environment, folder });
  const { database, registry } = project;
  await migrate({ database, registry, folder: join(folder, "migrations"), log: () => {} });
  await database.run({ sql: `CREATE TABLE "${marker}" ("id" integer)`, isWrite: true }, []);
  await seed(project);
  await database.close();
}

async function removeOwn(path: string): Promise<void> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(path);
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all()
    .map(({ name }) => name);
  database.close();
  mustBeOwn(path, tables);
  for (const ending of ["", "-wal", "-shm"]) rmSync(path + ending, { force: true });
}

/** Removes the tables of a PostgreSQL database, with the schema that they are in. */
async function removeOwnTables(): Promise<void> {
  const database = await openDatabase(address);
  try {
    const sql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
    const tables = await database.run({ sql, isWrite: false }, []);
    mustBeOwn(
      database.location,
      tables.map(([name]) => name),
    );
    await database.run({ sql: "DROP SCHEMA public CASCADE", isWrite: true }, []);
    await database.run({ sql: "CREATE SCHEMA public", isWrite: true }, []);
  } finally {
    await database.close();
  }
}

function mustBeOwn(where: string, tables: readonly unknown[]): void {
  if (tables.length === 0 || tables.includes(marker)) return;
  throw new Error(`${where} holds tables of something else and is left alone. KEEP_DATABASE=1 serves it as it is.`);
}
