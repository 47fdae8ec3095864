import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { application, field, include, model, modelSerializer, modelViewSet, router } from "../../../src/index.ts";
import { type Database, openDatabase, readDatabaseAddress } from "../../../src/database/index.ts";
import { ServiceUnavailable } from "../../../src/errors.ts";
import { ApiClient, throwaway } from "../../../src/testing/index.ts";
import { type PostgresqlServer, postgresqlServer } from "../../fixtures/postgresql-server.ts";
import { tcpProxy } from "../../fixtures/tcp-proxy.ts";

const read = (sql: string) => ({ sql, isWrite: false });
const one = read("SELECT 1");

/** How long work takes until it fails with 503, in seconds. */
async function secondsToFail(work: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await expect(work).rejects.toThrow(ServiceUnavailable);
  return (performance.now() - started) / 1000;
}

describe("a database that is silent", () => {
  let server: PostgresqlServer;
  const opened = async (port: number, options = {}): Promise<Database> => {
    const url = `postgres://postgres@127.0.0.1:${port}/postgres?sslmode=disable`;
    const database = await openDatabase(readDatabaseAddress(url, "/"), {
      busySeconds: 0.5,
      statementSeconds: 0.5,
      ...options,
    });
    onTestFinished(() => database.close());
    return database;
  };
  const several = (database: Database, count: number) =>
    Promise.all(Array.from({ length: count }, () => database.run(read("SELECT pg_sleep(0.05)"), [])));

  beforeAll(async () => {
    server = await postgresqlServer();
  });
  afterAll(() => server.remove());

  it("is waited for no longer than a statement may take, a begin or a connection much shorter, and is well again", async () => {
    const database = await opened(server.port, { poolSize: 2 });
    await several(database, 2);
    server.freeze();
    const statement = secondsToFail(Promise.resolve(database.run(one, [])));
    expect(await secondsToFail(database.transaction(() => database.run(one, [])))).toBeLessThan(2);
    // No connection can be opened, and the other one is in use.
    expect(await secondsToFail(Promise.resolve(database.run(one, [])))).toBeLessThan(2);
    expect(await statement).toBeLessThan(6);
    server.thaw();
    expect(await database.run(one, [])).toEqual([[1]]);
  });

  it("is not waited for where its connections were forgotten on the way: one that is silent is the end of the idle ones", async () => {
    const proxy = await tcpProxy(server.port);
    onTestFinished(() => proxy.close());
    const lost: Error[] = [];
    const database = await opened(proxy.port, { poolSize: 3, onLostConnection: (error: Error) => lost.push(error) });
    await several(database, 3);
    expect(proxy.count).toBe(3);
    proxy.hold();
    expect(await secondsToFail(Promise.resolve(database.run({ ...one, isProbe: true }, [])))).toBeLessThan(2);
    const started = performance.now();
    expect(await several(database, 3)).toHaveLength(3);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(proxy.count).toBe(6);
    expect(lost.map(({ message }) => message)).toEqual(["The server has not answered for 0.45 s."]);
  });

  it("is not cut off in what has no limits: a migration, and what runs beside one", async () => {
    const database = await opened(server.port);
    const slow = read("SELECT 1 FROM pg_sleep(3)");
    expect(
      await Promise.all([
        database.alterTables(() => database.run(slow, [])),
        database.outside(async () => database.run(slow, [])),
      ]),
    ).toEqual([[[1]], [[1]]]);
  });

  it("is not thought silent by a process that was busy itself while the answer came", async () => {
    const database = await opened(server.port);
    await several(database, 1);
    const running = database.transaction(() => database.run(one, []));
    await new Promise(setImmediate);
    const end = performance.now() + 1000;
    while (performance.now() < end);
    expect(await running).toEqual([[1]]);
  });

  it("is answered 503 with Retry-After until it speaks again", async () => {
    const usual = process.env["TEST_DATABASE_URL"];
    process.env["TEST_DATABASE_URL"] = server.url;
    const Word = model("silence.Word", { text: field.char({ maxLength: 40 }) });
    const words = modelViewSet(modelSerializer(Word, { fields: ["id", "text"] }), {});
    const app = application({
      settings: { authentication: [], database: { busySeconds: 0.5, statementSeconds: 0.5 } },
      models: [Word],
      routes: [include("", router({ words }))],
    });
    const made = await throwaway(app, { folder: "/", hasNoMigrations: true });
    const client = await ApiClient.open(made);
    try {
      expect((await client.get("/words/")).status).toBe(200);
      server.freeze();
      const [got, posted] = await Promise.all([client.get("/words/"), client.post("/words/", { text: "silent" })]);
      expect([got.status, posted.status]).toEqual([503, 503]);
      expect(got.headers.get("retry-after")).toBe("3");
      server.thaw();
      await wait(100);
      expect((await client.get("/words/")).status).toBe(200);
    } finally {
      server.thaw();
      await client.close();
      await made.close();
      process.env["TEST_DATABASE_URL"] = usual;
    }
  });
});

it("a server without places has those waited for that the worker holds", async () => {
  const server = await postgresqlServer(["max_connections=6", "superuser_reserved_connections=3"]);
  onTestFinished(() => server.remove());
  const admin = await openDatabase(readDatabaseAddress(server.url, "/"), { poolSize: 1 });
  await admin.run({ sql: "CREATE ROLE ada LOGIN", isWrite: true }, []);
  await admin.close();
  const url = `postgres://ada@127.0.0.1:${server.port}/postgres?sslmode=disable`;
  const database = await openDatabase(readDatabaseAddress(url, "/"), { busySeconds: 5, poolSize: 10 });
  await database.run(one, []);
  const all = await Promise.all(
    Array.from({ length: 12 }, () => database.run(read("SELECT 1 FROM pg_sleep(0.2)"), [])),
  );
  expect(all.flat(2)).toEqual(Array.from({ length: 12 }, () => 1));
  const other = await openDatabase(readDatabaseAddress(url, "/"), { busySeconds: 5 });
  const refused = Promise.resolve(other.run(one, []));
  await expect(refused).rejects.toThrow("(53300)");
  await database.close();
  await other.close();
});
