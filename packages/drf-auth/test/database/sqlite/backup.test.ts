import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { backUp } from "../../../src/database/index.ts";
import { temporaryFolder } from "../temporary-database.ts";

/** A database of some forty megabytes, closed. */
function largeDatabase(): string {
  const path = join(temporaryFolder(), "db.sqlite3");
  const database = new DatabaseSync(path);
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE page (id INTEGER PRIMARY KEY, text TEXT); " +
      "INSERT INTO page (text) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) " +
      "SELECT hex(randomblob(2000)) FROM n",
  );
  database.close();
  return path;
}

const steadyWriter = fileURLToPath(new URL("steady-writer.ts", import.meta.url));
const stoppedBackup = fileURLToPath(new URL("stopped-backup.ts", import.meta.url));
const filesBeside = (path: string): readonly string[] => readdirSync(dirname(path)).toSorted();

test(
  "a copy is done beside a process that writes all the time, which waits for nothing",
  { timeout: 30_000 },
  async () => {
    const path = largeDatabase();
    const writer = spawn(process.execPath, [steadyWriter, path], { stdio: ["pipe", "pipe", "inherit"] });
    onTestFinished(() => void writer.kill());
    let written = "";
    writer.stdout.on("data", (text: Buffer) => (written += text.toString()));
    await once(writer.stdout, "data");
    const copy = `${path}.copy`;
    const seen: number[] = [];
    await backUp(path, copy, { onProgress: (copied, all) => void seen.push(copied / all) });
    writer.stdin.end();
    await once(writer, "close");
    expect(Number(written.split("\n").at(1))).toBeGreaterThan(10);
    const rows = new DatabaseSync(copy, { readOnly: true }).prepare("SELECT count(*) AS all_rows FROM page").get();
    expect(rows?.["all_rows"]).toBeGreaterThanOrEqual(10_000);
    expect(seen.length).toBeGreaterThan(5);
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    expect(filesBeside(path).filter((name) => !name.startsWith("db.sqlite3-"))).toEqual([
      "db.sqlite3",
      "db.sqlite3.copy",
    ]);
  },
);

test.each(["SIGINT", "SIGTERM"])("a copy that %s ends leaves nothing, and the process ends by it", (signal) => {
  const path = largeDatabase();
  const { signal: endedBy, stderr } = spawnSync(process.execPath, [stoppedBackup, path, `${path}.copy`, signal], {
    encoding: "utf8",
  });
  expect({ endedBy, stderr }).toEqual({ endedBy: signal, stderr: "" });
  expect(filesBeside(path).filter((name) => name.includes("copy"))).toEqual([]);
});

test("a copy that takes too long is not kept", async () => {
  const path = largeDatabase();
  await expect(backUp(path, `${path}.copy`, { limitSeconds: 0 })).rejects.toThrow("was not copied in 0 seconds");
  expect(filesBeside(path).filter((name) => name.includes("copy"))).toEqual([]);
});

test("what is copied has another name until it is checked, and takes none that was given away meanwhile", async () => {
  const path = largeDatabase();
  const copy = `${path}.copy`;
  const seen = new Set<string>();
  const copying = backUp(path, copy, {
    onProgress: () => {
      for (const name of filesBeside(path)) seen.add(name.replace(/\.[0-9a-f]{8}\./, ".*."));
      writeFileSync(copy, "another's");
    },
  });
  await expect(copying).rejects.toThrow(`${copy} is there already`);
  expect(seen).toContain(`${basename(copy)}.*.part`);
  expect(filesBeside(path).filter((name) => name.includes("part"))).toEqual([]);
  rmSync(copy);
  await backUp(path, copy);
});

test.each([0o600, 0o640])(
  "a copy may be read by whom its database may (%o), and by nobody else before",
  async (mode) => {
    const path = largeDatabase();
    chmodSync(path, mode);
    const seen = new Set<number>();
    const modeOf = (name: string): number => statSync(join(dirname(path), name)).mode & 0o777;
    await backUp(path, `${path}.copy`, {
      onProgress: () => {
        for (const name of filesBeside(path).filter((one) => one.includes(".part"))) seen.add(modeOf(name));
      },
    });
    expect([...seen]).toEqual([0o600]);
    expect(modeOf("db.sqlite3.copy")).toBe(mode);
  },
);
