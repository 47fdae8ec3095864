import { afterEach, describe, expect, it } from "vitest";
import {
  allowAny,
  anonThrottle,
  application,
  ImproperlyConfigured,
  path,
  type Settings,
  view,
} from "../../src/index.ts";
import { StoredHits } from "../../src/policies/stored-hits.ts";
import { HitCounter } from "../../src/server/index.ts";
import { isOnPostgresql, open, type Opened, query } from "../fixtures/thesaurus.ts";

const ping = view({ name: "Ping", permissions: [allowAny], throttles: [anonThrottle("5/min")], get: () => ({}) });
const appWith = (settings: Partial<Settings> = {}) =>
  application({ settings: { authentication: [], ...settings }, models: [], routes: [path("ping/", ping)] });
const opened: Opened[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
const opening = async (settings: Partial<Settings> = {}) => {
  const one = await open(appWith(settings), { isSeeded: false });
  opened.push(one);
  return one;
};
const storeOf = ({ project }: Opened, warnings: string[] = []) =>
  new StoredHits({
    database: project.database,
    secretKey: "secret",
    fallback: new HitCounter(),
    warn: (_facts, message) => warnings.push(message),
  });

describe.runIf(isOnPostgresql)("hits in PostgreSQL", () => {
  it("are counted for all servers together, at the same time too", async () => {
    const one = await opening();
    const stores = [storeOf(one), storeOf(one)];
    const asked = await Promise.all(Array.from({ length: 24 }, (_, index) => stores[index % 2]?.hit("caller", 5, 60)));
    expect(asked.filter((wait) => wait === undefined)).toHaveLength(5);
    for (const wait of asked.filter((one) => one !== undefined))
      expect(wait).toSatisfy((s: number) => s > 58 && s <= 60);
    expect(await stores[0]?.hit("another", 5, 60)).toBeUndefined();
  });

  it("make room again when their period is over, the oldest first, and refused ones do not count", async () => {
    const store = storeOf(await opening());
    expect(await store.hit("caller", 2, 0.6)).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await store.hit("caller", 2, 0.6)).toBeUndefined();
    const wait = await store.hit("caller", 2, 0.6);
    expect(wait).toSatisfy((seconds: number) => seconds > 0 && seconds <= 0.31);
    await new Promise((resolve) => setTimeout(resolve, (wait ?? 0) * 1000 + 5));
    expect(await store.hit("caller", 2, 0.6)).toBeUndefined();
    expect(await store.hit("caller", 2, 0.6)).toBeGreaterThan(0);
    expect(await store.hit("caller", 0, 60)).toBe(60);
  });

  it("are kept without names and addresses, and removed when they say nothing any more", async () => {
    const one = await opening();
    const store = storeOf(one);
    for (let number = 0; number < 49; number += 1) await store.hit(`throttle_anon_192.0.2.${number}`, 5, 0.001);
    const rows = await query(one, "SELECT key FROM drf_auth_throttle_hits");
    expect(rows).toHaveLength(49);
    expect(JSON.stringify(rows)).not.toContain("192.0.2");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await store.hit("last", 5, 60);
    expect(await query(one, "SELECT count(*) FROM drf_auth_throttle_hits")).toEqual([[1]]);
  });

  it("are counted by the server itself where the table is not there, which is said once", async () => {
    const one = await opening();
    await query(one, "DROP TABLE drf_auth_throttle_hits");
    const warnings: string[] = [];
    const store = storeOf(one, warnings);
    const asked = [];
    for (let number = 0; number < 4; number += 1) asked.push(await store.hit("caller", 2, 60));
    expect(asked.map((wait) => wait !== undefined)).toEqual([false, false, true, true]);
    expect(warnings).toEqual([expect.stringMatching(/cannot count in the database.*drf-auth migrate/s)]);
  });
});

it("a view's throttle counts in the database of PostgreSQL, and in the server of SQLite or where the settings say so", async () => {
  for (const [settings, isStored] of [
    [{}, isOnPostgresql],
    [{ throttleCounts: "server" as const }, false],
  ] as const) {
    const one = await opening(settings);
    const statuses = [];
    for (let number = 0; number < 6; number += 1) statuses.push((await one.client.get("/ping/")).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await query(one, "SELECT count(*) FROM drf_auth_throttle_hits")).toEqual([[isStored ? 1 : 0]]);
  }
});

it.runIf(!isOnPostgresql)("counting in an SQLite database is refused at start, with what to write", async () => {
  const starting = open(appWith({ throttleCounts: "database" }), { isSeeded: false });
  await expect(starting).rejects.toThrow(ImproperlyConfigured);
  await expect(starting).rejects.toThrow(/has one server/);
});
