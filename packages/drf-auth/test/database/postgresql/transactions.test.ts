import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from "vitest";
import { type Database, openDatabase, type RowValues, readDatabaseAddress } from "../../../src/database/index.ts";
import { ServiceUnavailable } from "../../../src/errors.ts";
import { testDatabase } from "../../../src/testing/test-database.ts";
import { tangled } from "../tangled.ts";

describe("a transaction on PostgreSQL", () => {
  let url: string;
  let database: Database;
  const opened = async (options = {}): Promise<Database> => {
    const other = await openDatabase(readDatabaseAddress(url, "/"), options);
    onTestFinished(() => other.close());
    return other;
  };
  const run = async (sql: string): Promise<readonly RowValues[]> => database.run({ sql, isWrite: true }, []);
  const insert = (text: string) => run(`INSERT INTO word VALUES ('${text}')`);
  const words = async () => (await run("SELECT text FROM word ORDER BY text")).flat();
  const failAfter = async (milliseconds: number): Promise<never> => {
    await wait(milliseconds);
    throw new Error("changed my mind");
  };
  /** What has begun when the one around it fails. */
  const slowly = (text: string) =>
    database.transaction(() => Promise.all([run("SELECT pg_sleep(0.3)"), insert(text), insert(`${text} too`)]));

  beforeAll(async () => {
    const made = await testDatabase(inject("databaseUrl"));
    ({ url } = made);
    return () => made.remove();
  });
  beforeEach(async () => {
    database = await opened({ poolSize: 1 });
    await run("DROP TABLE IF EXISTS word");
    await run("CREATE TABLE word (text text)");
  });

  it("that fails undoes what goes on in one within it, at any depth", async () => {
    await expect(database.transaction(() => Promise.all([slowly("ghost"), failAfter(100)]))).rejects.toThrow(
      "changed my mind",
    );
    const deeper = database.transaction(() =>
      Promise.all([database.transaction(() => slowly("ghost")), failAfter(100)]),
    );
    await expect(deeper).rejects.toThrow("changed my mind");
    await wait(400);
    expect(await words()).toEqual([]);
  });

  it("that fails within another undoes what goes on in it, and the other goes on", async () => {
    await database.transaction(async () => {
      await insert("before");
      const failing = database.transaction(() => Promise.all([slowly("ghost"), failAfter(100)]));
      await expect(failing).rejects.toThrow("changed my mind");
      await insert("after");
      await wait(400);
    });
    expect(await words()).toEqual(["after", "before"]);
  });

  it("that fails leaves nothing to the next one on its connection", async () => {
    const failing = database.transaction(() => Promise.all([slowly("ghost"), failAfter(100)]));
    const next = database.transaction(async () => {
      await insert("next");
      await wait(300);
      await insert("next too");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    await next;
    expect(await words()).toEqual(["next", "next too"]);
  });

  it("keeps nothing of one within it that was not awaited", async () => {
    const inner: Promise<unknown>[] = [];
    const outer = database.transaction(async () => {
      await run("SELECT 1");
      inner.push(slowly("ghost").catch((error: unknown) => error));
      await wait(100);
    });
    await expect(outer).rejects.toThrow("A nested transaction goes on");
    expect(await Promise.all(inner)).toMatchObject([{ message: expect.stringMatching("has ended") as string }]);
    expect(await words()).toEqual([]);
  });

  it("keeps what was asked for in it and not awaited", async () => {
    await database.transaction(async () => {
      void run("SELECT pg_sleep(0.1)");
      void insert("kept");
      await run("SELECT 1");
      void insert("kept too");
    });
    expect(await words()).toEqual(["kept", "kept too"]);
  });

  it("that fails while a slow statement runs within it waits for that, and takes no server for silent", async () => {
    const lost: Error[] = [];
    database = await opened({ busySeconds: 0.5, onLostConnection: (error: Error) => lost.push(error) });
    const failing = database.transaction(() =>
      Promise.all([database.transaction(() => run("SELECT pg_sleep(1.2)")), failAfter(100)]),
    );
    await expect(failing).rejects.toThrow("changed my mind");
    expect(lost).toEqual([]);
  });

  it("whose connection is lost does what waits for the end of one within it, and is told why that failed", async () => {
    const done: string[] = [];
    const admin = await opened();
    const outer = database.transaction(async () => {
      const inner = database.transaction(async () => {
        database.onRollback(() => void done.push("undone"));
        const [[pid] = []] = await run("SELECT pg_backend_pid()");
        await admin.run({ sql: "SELECT pg_terminate_backend($1)", isWrite: false }, [Number(pid)]);
        await failAfter(50);
      });
      await expect(inner).rejects.toThrow("changed my mind");
    });
    await expect(outer).rejects.toThrow(ServiceUnavailable);
    expect(done).toEqual(["undone"]);
    expect(await words()).toEqual([]);
  });

  it("that a failure has spoilt, which was caught, begins none within it and says why", async () => {
    const done: string[] = [];
    const spoilt = database.transaction(async () => {
      await run("SELECT 1/0").catch(() => {});
      await database.transaction(() => void done.push("never"));
    });
    await expect(spoilt).rejects.toThrow("a statement in it failed. Run what may fail in a transaction within it.");
    expect(done).toEqual([]);
  });

  it("gives up what waits for one within it that awaits just that", async () => {
    database = await opened({ poolSize: 1, busySeconds: 0.3 });
    for (const ask of [words, () => database.transaction(words)]) {
      await expect(tangled(database, ask)).rejects.toMatchObject({
        status: 503,
        cause: { message: expect.stringMatching("A nested transaction goes on for 0.3 s") as string },
      });
    }
    expect(await words()).toEqual([]);
  });
});
