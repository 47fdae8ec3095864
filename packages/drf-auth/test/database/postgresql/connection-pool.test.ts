import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Database, openDatabase, readDatabaseAddress } from "../../../src/database/index.ts";
import { type PostgresqlServer, postgresqlServer } from "../../fixtures/postgresql-server.ts";
import { tcpProxy } from "../../fixtures/tcp-proxy.ts";
import { fatalAnswer } from "./fatal-answer.ts";

describe("the connections of a worker", () => {
  let server: PostgresqlServer;
  const opened = async (port: number, options: object, user = "postgres"): Promise<Database> => {
    const url = `postgres://${user}@127.0.0.1:${port}/postgres?sslmode=disable`;
    const database = await openDatabase(readDatabaseAddress(url, "/"), options);
    onTestFinished(() => database.close());
    return database;
  };
  const run = async (database: Database, sql: string) => (await database.run({ sql, isWrite: false }, [])).flat();

  beforeAll(async () => {
    server = await postgresqlServer();
  });
  afterAll(() => server.remove());

  it("are waited for where the server has no place for all that are opened at once", async () => {
    const admin = await opened(server.port, { poolSize: 1 });
    await run(admin, "CREATE ROLE ada LOGIN CONNECTION LIMIT 2");
    const database = await opened(server.port, { poolSize: 6 }, "ada");
    const asked = Array.from({ length: 12 }, () => run(database, "SELECT 1"));
    expect((await Promise.all(asked)).flat()).toEqual(Array.from({ length: 12 }, () => 1));
  });

  it("are all refused to who asks at once where the server has a place for none", async () => {
    const admin = await opened(server.port, { poolSize: 1 });
    await run(admin, "CREATE ROLE eve LOGIN CONNECTION LIMIT 0");
    const database = await opened(server.port, { poolSize: 3 }, "eve");
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => run(database, "SELECT 1")));
    expect(asked).toMatchObject(
      Array.from({ length: 6 }, () => ({ reason: { status: 503, message: expect.stringMatching("53300") as string } })),
    );
  });

  it("are waited for where another one is refused, and why is told to who waits too long", async () => {
    const refused = fatalAnswer("57P03", "starting up");
    const proxy = await tcpProxy(server.port, (answer, connection) => (connection === 1 ? answer : refused));
    onTestFinished(() => proxy.close());
    const database = await opened(proxy.port, { poolSize: 2, busySeconds: 0.5 });
    await run(database, "SELECT 1");
    const slow = run(database, "SELECT 1 FROM pg_sleep(0.2)");
    expect(await run(database, "SELECT 2")).toEqual([2]);
    expect(proxy.count).toBe(2);
    await slow;
    const slower = run(database, "SELECT 1 FROM pg_sleep(1)");
    await expect(run(database, "SELECT 2")).rejects.toMatchObject({
      status: 503,
      cause: {
        message: expect.stringMatching("1 of 2 are there, and in use") as string,
        cause: { message: expect.stringMatching("starting up") as string },
      },
    });
    await slower;
  });
});
