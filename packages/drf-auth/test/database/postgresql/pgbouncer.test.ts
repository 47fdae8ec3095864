import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Database, openDatabase, readDatabaseAddress } from "../../../src/database/index.ts";
import { ServiceUnavailable } from "../../../src/errors.ts";
import { statementsOf } from "../../../src/testing/index.ts";
import { nobody } from "../../fixtures/postgresql-binaries.ts";
import { type PostgresqlServer, postgresqlServer } from "../../fixtures/postgresql-server.ts";
import { freePort, scratchFolder } from "../../processes/running.ts";

const program = "/usr/sbin/pgbouncer";
const read = (sql: string) => ({ sql, isWrite: false });

describe.runIf(existsSync(program))("behind PgBouncer, which gives each transaction another connection", () => {
  const folder = scratchFolder();
  let server: PostgresqlServer;
  let pooler: ChildProcess;
  let port: number;
  const opened = async (url: string, options = {}): Promise<Database> => {
    const database = await openDatabase(readDatabaseAddress(url, "/"), options);
    onTestFinished(() => database.close());
    return database;
  };
  const pooled = (parameters: string) => `postgres://postgres@127.0.0.1:${port}/postgres?sslmode=disable${parameters}`;

  beforeAll(async () => {
    server = await postgresqlServer();
    port = await freePort();
    chmodSync(folder.path, 0o755);
    const settings = join(folder.path, "pgbouncer.ini");
    writeFileSync(
      settings,
      `[databases]\npostgres = host=127.0.0.1 port=${server.port} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n` +
        `listen_port = ${port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 1\n` +
        "query_wait_timeout = 20\n",
    );
    const as = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
    pooler = spawn(program, [settings], { ...as, stdio: "ignore" });
    const database = await openDatabase(readDatabaseAddress(pooled("&pgbouncer=true"), "/"));
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const isThere = await Promise.resolve(database.run(read("SELECT 1"), [])).catch(() => undefined);
      if (isThere) break;
      await wait(50);
    }
    await database.close();
  });
  afterAll(async () => {
    const ended = once(pooler, "exit");
    pooler.kill("SIGKILL");
    await ended;
    await server.remove();
    folder.remove();
  });

  it("statements that are kept by name are run without one, and what to write is told once", async () => {
    const notices: string[] = [];
    const database = await opened(pooled(""), { onNotice: (notice: string) => notices.push(notice) });
    const statement = read("SELECT $1::int + 1");
    const run = (value: number) => Promise.resolve(database.run(statement, [value]));
    for (let time = 0; time < 3; time += 1) {
      expect(await Promise.all([1, 2, 3, 4].map(run))).toEqual([[[2]], [[3]], [[4]], [[5]]]);
    }
    expect(notices).toEqual([expect.stringContaining("Write ?pgbouncer=true behind DATABASE_URL")]);
    // Half of what another process has kept may be there, too: its name says the same.
    const other = await opened(pooled(""));
    expect(await other.run(statement, [1])).toEqual([[2]]);
  });

  it("a transaction whose statement was kept by name elsewhere is answered 503", async () => {
    const [first, second] = [await opened(pooled("")), await opened(pooled(""))];
    const statement = read("SELECT $1::int + 2");
    expect(await first.run(statement, [1])).toEqual([[3]]);
    const within = () => second.transaction(() => second.run(statement, [1]));
    await expect(within()).rejects.toThrow(ServiceUnavailable);
    expect(await within()).toEqual([[3]]);
  });

  it("a lock is waited for no longer than busySeconds, which costs no way of its own", async () => {
    const direct = await opened(server.url);
    await direct.run({ sql: "CREATE TABLE word (text text)", isWrite: true }, []);
    await direct.run({ sql: "INSERT INTO word VALUES ('one')", isWrite: true }, []);
    const change = { sql: "UPDATE word SET text = 'two'", isWrite: true };
    const database = await opened(pooled("&pgbouncer=1"), { busySeconds: 0.5, statementSeconds: 1 });
    await direct.transaction(async () => {
      await direct.run(change, []);
      const started = performance.now();
      await expect(database.transaction(() => database.run(change, []))).rejects.toMatchObject({
        status: 503,
        cause: { code: "55P03" },
      });
      expect(performance.now() - started).toBeLessThan(1500);
    });
    const slow = database.transaction(() => database.run(read("SELECT pg_sleep(9)"), []));
    await expect(slow).rejects.toMatchObject({ status: 503, cause: { code: "57014" } });
    expect(await statementsOf(() => database.transaction(() => database.run(read("SELECT 1"), [])))).toEqual([
      "BEGIN; SET LOCAL statement_timeout TO 1000; SET LOCAL lock_timeout TO 500",
      "SELECT 1",
      "COMMIT",
    ]);
    // Nothing of it is there for others.
    expect(await database.run(read("SELECT current_setting('lock_timeout')"), [])).not.toEqual([["500ms"]]);
  });
});
