import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { totalmem, tmpdir, availableParallelism } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, expect, test } from "vitest";

import { readMachine } from "../../src/server/machine.ts";

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

function rootWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "drf-auth-machine-"));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const mebibyte = 1024 * 1024;

test.each([
  [
    "a container that sees its own group at the top, version 2",
    { cgroup: "0::/", "cpu.max": "150000 100000\n", "memory.max": String(512 * mebibyte) },
    1.5,
    512,
  ],
  ["no limits, version 2", { cgroup: "0::/", "cpu.max": "max 100000", "memory.max": "max" }, undefined, undefined],
  [
    "a group below others, of which one above is stricter",
    {
      cgroup: "0::/app.slice/app.service",
      "app.slice/cpu.max": "100000 100000",
      "app.slice/app.service/cpu.max": "400000 100000",
      "app.slice/app.service/memory.max": String(256 * mebibyte),
      "app.slice/memory.max": "max",
    },
    1,
    256,
  ],
  [
    "version 1",
    {
      cgroup: "4:memory:/docker/a\n2:cpu,cpuacct:/docker/a",
      "cpu,cpuacct/docker/a/cpu.cfs_quota_us": "50000",
      "cpu,cpuacct/docker/a/cpu.cfs_period_us": "100000",
      "memory/docker/a/memory.limit_in_bytes": String(300 * mebibyte),
    },
    0.5,
    300,
  ],
  [
    "version 1 without limits",
    {
      cgroup: "4:memory:/\n2:cpu:/",
      "cpu/cpu.cfs_quota_us": "-1",
      "cpu/cpu.cfs_period_us": "100000",
      "memory/memory.limit_in_bytes": "9223372036854771712",
    },
    undefined,
    undefined,
  ],
])("%s", (_name, { cgroup, ...files }: Readonly<Record<string, string>>, quota, memory) => {
  const inside = Object.entries(files).map(([path, text]) => [join("sys/fs/cgroup", path), text] as const);
  const root = rootWith({ "proc/self/cgroup": cgroup ?? "", ...Object.fromEntries(inside) });
  expect(readMachine(root)).toEqual({
    cores: availableParallelism(),
    quota,
    memoryBytes: memory === undefined ? totalmem() : memory * mebibyte,
    isMemoryLimited: memory !== undefined,
  });
});

test("a system without control groups has no limits", () => {
  expect(readMachine(rootWith({}))).toMatchObject({ quota: undefined, isMemoryLimited: false });
});
