import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import type { SqliteDatabase } from "../../../src/database/index.ts";
import { ServiceUnavailable } from "../../../src/errors.ts";
import { read, temporaryDatabase, write } from "../temporary-database.ts";

const schema = `create table words (text text unique)`;
const add = (database: SqliteDatabase, text: string) => write(database, "insert into words values (?)", text);
const texts = async (database: SqliteDatabase) => (await read(database, "select text from words order by text")).flat();

/** Starts a process that holds the write lock until `release` is called. */
async function lockHolder(database: SqliteDatabase): Promise<{ release: () => void }> {
  const script = fileURLToPath(new URL("lock-holder.ts", import.meta.url));
  const child = spawn(process.execPath, [script, database.location], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const release = () => void child.stdin.end();
  onTestFinished(async () => {
    release();
    await exited;
  });
  await once(child.stdout, "data");
  return { release };
}

/** The longest time for which the event loop could do nothing else while some work went on, in milliseconds. */
async function longestPause(work: () => Promise<unknown>): Promise<number> {
  let [longest, last] = [0, performance.now()];
  const ticking = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  try {
    await work();
  } finally {
    clearInterval(ticking);
  }
  return Math.max(longest, performance.now() - last);
}

describe("a lock that another process holds", () => {
  test("is waited for without blocking the event loop, then refused with Retry-After", async () => {
    const database = await temporaryDatabase(schema, { busySeconds: 1 });
    await lockHolder(database);
    const started = performance.now();
    const pause = await longestPause(async () => {
      const refused = add(database, "fond");
      await expect(refused).rejects.toBeInstanceOf(ServiceUnavailable);
      await expect(refused).rejects.toMatchObject({ headers: { "Retry-After": "1" }, cause: expect.any(Error) });
    });
    expect(performance.now() - started).toBeGreaterThan(950);
    expect(pause).toBeLessThan(500);
    expect(await texts(database)).toEqual([]);
  });

  test("lets reads go on", async () => {
    const database = await temporaryDatabase(schema);
    await lockHolder(database);
    expect(database.run({ sql: "select count(*) from words", isWrite: false }, [])).toEqual([[0]]);
  });

  test("lets the write through when it is released in time", async () => {
    const database = await temporaryDatabase(schema, { busySeconds: 10 });
    const { release } = await lockHolder(database);
    const writing = add(database, "fond");
    const waiting = add(database, "wrath");
    await wait(30);
    release();
    await Promise.all([writing, waiting]);
    expect(await texts(database)).toEqual(["fond", "wrath"]);
  });

  test("is waited for no longer by one who has waited for others before", async () => {
    const database = await temporaryDatabase(schema, { busySeconds: 1 });
    await lockHolder(database);
    const first = add(database, "a").catch(() => {});
    await wait(300);
    const started = performance.now();
    await expect(add(database, "b")).rejects.toBeInstanceOf(ServiceUnavailable);
    expect(performance.now() - started).toBeLessThan(1400);
    await first;
  });
});
