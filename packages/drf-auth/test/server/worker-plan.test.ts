import { expect, test } from "vitest";

import { planWorkers } from "../../src/server/worker-plan.ts";

const mebibyte = 1024 * 1024;
const machine = (cores: number, mebibytes: number, quota?: number, isMemoryLimited = true) => ({
  cores,
  quota,
  memoryBytes: mebibytes * mebibyte,
  isMemoryLimited,
});

test.each([
  ["one a core", machine(4, 8192), 4],
  ["no more than the quota", machine(16, 8192, 2), 2],
  ["a part of a core counts down", machine(16, 8192, 2.5), 2],
  ["but for the first", machine(16, 8192, 0.5), 1],
  ["no more than fit into memory", machine(8, 1024), 3],
  ["at least one, however small the memory", machine(8, 128), 1],
])("auto: %s", (_name, of, workers) => {
  expect(planWorkers("auto", of)).toMatchObject({ workers, warning: undefined });
});

test("the arithmetic is said", () => {
  expect(planWorkers("auto", machine(16, 2048, 4)).because).toBe(
    "16 cores, a quota of 4, 2048 MiB allowed: enough for 7 of 256 MiB",
  );
  expect(planWorkers("auto", machine(1, 4096, undefined, false)).because).toBe(
    "1 core, 4096 MiB: enough for 15 of 256 MiB",
  );
});

test.each([
  [8, machine(2, 8192), "8 workers are too many: there are 2 cores for them."],
  [2, machine(1, 8192), "2 workers are too many: there is one core for them."],
  [4, machine(8, 600), "4 workers are too many: memory is enough for 1."],
  [9, machine(2, 600), "9 workers are too many: memory is enough for 1, and there are 2 cores for them."],
])("%i workers that somebody asks for are started, with a warning where they do not fit", (wanted, of, warning) => {
  expect(planWorkers(wanted, of)).toMatchObject({ workers: wanted, warning });
});

test.each([
  ["arbiter, workers and the one more of a reload stay within the limit", machine(4, 2048), 326],
  ["a small container", machine(1, 512), 144],
  ["a tiny one", machine(1, 200), 64],
  ["no limit of memory, no limit of V8", machine(4, 2048, undefined, false), undefined],
])("heap: %s", (_name, of, mebibytes) => {
  expect(planWorkers("auto", of).heapMebibytes).toBe(mebibytes);
});
