import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Database, openDatabase, readDatabaseAddress } from "../../../src/database/index.ts";
import { ServiceUnavailable } from "../../../src/errors.ts";
import { testDatabase } from "../../../src/testing/test-database.ts";
import { tcpProxy } from "../../fixtures/tcp-proxy.ts";
import { type PostgresqlServer, postgresqlServer } from "../../fixtures/postgresql-server.ts";
import { fatalAnswer } from "./fatal-answer.ts";

const read = (sql: string) => ({ sql, isWrite: false });
const write = (sql: string) => ({ sql, isWrite: true });
const one = read("SELECT 1");

describe("while it serves", () => {
  let server: PostgresqlServer;
  let admin: Database;
  const opened = async (url: string, options = {}): Promise<Database> => {
    const database = await openDatabase(readDatabaseAddress(url, "/"), { busySeconds: 2, ...options });
    onTestFinished(() => database.close());
    return database;
  };
  const made = async () => {
    const { url } = await testDatabase(server.url);
    return { url, name: new URL(url).pathname.slice(1) };
  };
  const endSessions = (name: string) =>
    admin.run(read("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"), [name]);

  beforeAll(async () => {
    server = await postgresqlServer();
    admin = await openDatabase(readDatabaseAddress(server.url, "/"));
    await admin.run(write("CREATE ROLE ada LOGIN PASSWORD 'one'"), []);
    await server.letIn([
      "local all all trust",
      "host all ada 127.0.0.1/32 scram-sha-256",
      "host all all 127.0.0.1/32 trust",
    ]);
  });
  afterAll(async () => {
    await admin.close();
    await server.remove();
  });

  it.each(["25P03", "28000", "28P01", "3D000", "53200", "53300", "57P01", "57P04", "57P05"])(
    "%s is answered 503 with Retry-After",
    async (code) => {
      const raised = `DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${code}'; END $$`;
      await expect(admin.run(write(raised), [])).rejects.toMatchObject({
        status: 503,
        headers: { "Retry-After": "3" },
      });
      expect(await admin.run(one, [])).toEqual([[1]]);
    },
  );

  it("a read-only database goes on to be read, and is told once", async () => {
    const { url, name } = await made();
    const notices: string[] = [];
    const database = await opened(url, { onNotice: (notice: string) => notices.push(notice) });
    await database.run(write("CREATE TABLE word (text text)"), []);
    await admin.run(write(`ALTER DATABASE ${name} SET default_transaction_read_only = on`), []);
    await endSessions(name);
    await wait(100);
    for (let time = 0; time < 2; time += 1) {
      await expect(database.run(write("INSERT INTO word VALUES ('one')"), [])).rejects.toMatchObject({
        status: 503,
        headers: { "Retry-After": "30" },
      });
      await expect(
        database.transaction(() => database.run(write("INSERT INTO word VALUES ('two')"), [])),
      ).rejects.toThrow(ServiceUnavailable);
    }
    expect(await database.run(read("SELECT count(*) FROM word"), [])).toEqual([[0]]);
    expect(notices).toEqual([expect.stringMatching(`^The database 127.0.0.1:${server.port}/${name} is read-only`)]);
  });

  it.each([
    ["is renamed", (name: string) => `ALTER DATABASE ${name} RENAME TO ${name}_old`, "there is no database"],
    ["is gone", (name: string) => `DROP DATABASE ${name}`, "there is no database"],
    ["takes no connections", (name: string) => `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`, "is not let in"],
  ])("a database that %s is not ready, and is answered 503", async (_what, change, message) => {
    const { url, name } = await made();
    const database = await opened(url);
    await database.run(one, []);
    await endSessions(name);
    await wait(100);
    await admin.run(write(change(name)), []);
    const refused = Promise.resolve(database.run({ ...one, isProbe: true }, []));
    await expect(refused).rejects.toThrow(ServiceUnavailable);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({
      exitCode: 78,
      body: { detail: "The database cannot be reached. Try again." },
    });
  });

  it("a password that was changed is answered 503, without its text", async () => {
    const { url, name } = await made();
    const address = new URL(url);
    Object.assign(address, { username: "ada", password: "one" });
    const database = await opened(address.href);
    expect(await database.run(one, [])).toEqual([[1]]);
    await admin.run(write("ALTER ROLE ada PASSWORD 'two'"), []);
    await endSessions(name);
    await wait(100);
    const refused = Promise.resolve(database.run(one, []));
    await expect(refused).rejects.toThrow(ServiceUnavailable);
    await expect(refused).rejects.toThrow('the password of "ada" is wrong');
    await expect(refused).rejects.not.toThrow("one");
    await admin.run(write("ALTER ROLE ada PASSWORD 'one'"), []);
    expect(await database.run(one, [])).toEqual([[1]]);
  });

  it("a session that ends with the answer that opens it is not counted", async () => {
    const ended = fatalAnswer("57P01", "ended");
    const proxy = await tcpProxy(server.port, (answer, connection) =>
      connection === 1 && answer.includes("SET\0") ? Buffer.concat([answer, ended]) : answer,
    );
    onTestFinished(() => proxy.close());
    const database = await openDatabase(
      readDatabaseAddress(`postgres://postgres@127.0.0.1:${proxy.port}/postgres?sslmode=disable`, "/"),
      { poolSize: 1, busySeconds: 2 },
    );
    await expect(database.run(one, [])).rejects.toThrow("it was lost at once");
    expect(await database.run(one, [])).toEqual([[1]]);
    await database.close();
  });

  it("sessions that the server ends for resting are replaced", async () => {
    const { url } = await made();
    const lost: Error[] = [];
    const options = "options=-c%20idle_session_timeout%3D100%20-c%20idle_in_transaction_session_timeout%3D100";
    const database = await opened(`${url}?${options}`, { onLostConnection: (error: Error) => lost.push(error) });
    await database.run(one, []);
    await wait(400);
    expect(lost).toMatchObject([{ code: "57P05" }]);
    expect(await database.run(one, [])).toEqual([[1]]);
    const resting = database.transaction(async () => {
      await database.run(one, []);
      await wait(400);
      await database.run(one, []);
    });
    await expect(resting).rejects.toThrow(ServiceUnavailable);
    expect(await database.run(one, [])).toEqual([[1]]);
  });
});

describe("of several hosts", () => {
  let server: PostgresqlServer;
  const asked = async (url: string): Promise<unknown> => {
    const database = await openDatabase(readDatabaseAddress(url, "/"), { busySeconds: 2 });
    try {
      return await database.run(read("SELECT inet_server_port()"), []);
    } finally {
      await database.close();
    }
  };
  beforeAll(async () => {
    server = await postgresqlServer();
  });
  afterAll(() => server.remove());

  it("the first that is there is asked", async () => {
    expect(await asked(`postgres://postgres@127.0.0.1:1,127.0.0.1:${server.port}/postgres`)).toEqual([[server.port]]);
  });

  it("the first that can be written is asked where that is wanted", async () => {
    const other = await postgresqlServer(["default_transaction_read_only=on"]);
    onTestFinished(() => other.remove());
    const both = `postgres://postgres@127.0.0.1:${other.port},127.0.0.1:${server.port}/postgres`;
    expect(await asked(both)).toEqual([[other.port]]);
    expect(await asked(`${both}?target_session_attrs=read-write`)).toEqual([[server.port]]);
    await expect(asked(`${other.url}?target_session_attrs=read-write`)).rejects.toThrow("is read-only");
  });
});
