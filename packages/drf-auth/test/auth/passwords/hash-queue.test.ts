import { expect, test } from "vitest";
import { createHashQueue } from "../../../src/auth/passwords/hash-queue.ts";
import { ServiceUnavailable } from "../../../src/errors.ts";

const options = { concurrency: 2, maxQueued: 3, retryAfterSeconds: 5 };
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function gates(count: number) {
  return Array.from({ length: count }, () => Promise.withResolvers<void>());
}

test("runs as many tasks as allowed at a time, and the others in the order they came", async () => {
  const queue = createHashQueue(options);
  const held = gates(5);
  const started: number[] = [];
  const tasks = held.map((gate, index) =>
    queue.run(() => {
      started.push(index);
      return gate.promise;
    }),
  );
  expect([queue.running, queue.waiting]).toEqual([2, 3]);
  expect(started).toEqual([0, 1]);
  for (const [index, gate] of [...held.entries()].toReversed()) {
    if (index < 2) gate.resolve();
    await settle();
  }
  expect(started).toEqual([0, 1, 2, 3]);
  for (const gate of held) gate.resolve();
  await Promise.all(tasks);
  expect(started).toEqual([0, 1, 2, 3, 4]);
  expect([queue.running, queue.waiting]).toEqual([0, 0]);
});

test("refuses a task with 503 where too many wait, without running it, and admits again once there is room", async () => {
  const queue = createHashQueue({ ...options, maxQueued: 1 });
  const held = gates(3);
  const tasks = held.map((gate) => queue.run(() => gate.promise));
  let ran = false;
  const refused: unknown = await queue.run(async () => (ran = true)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ServiceUnavailable);
  expect(refused).toMatchObject({ status: 503, headers: { "Retry-After": "5" } });
  expect(ran).toBe(false);
  held[0]?.resolve();
  await tasks[0];
  const admitted = queue.run(async () => "admitted");
  for (const gate of held) gate.resolve();
  expect(await admitted).toBe("admitted");
});

test("lets no newcomer overtake one whose turn it is", async () => {
  const queue = createHashQueue({ ...options, concurrency: 1 });
  const started: string[] = [];
  const first = queue.run(async () => void started.push("first"));
  const second = queue.run(async () => void started.push("second"));
  await first;
  await queue.run(async () => void started.push("third"));
  await second;
  expect(started).toEqual(["first", "second", "third"]);
});

test("waits for nobody when it may not queue", async () => {
  const queue = createHashQueue({ ...options, concurrency: 1, maxQueued: 0 });
  const running = queue.run(settle);
  await expect(queue.run(settle)).rejects.toThrow(ServiceUnavailable);
  await running;
  await expect(queue.run(settle)).resolves.toBeUndefined();
});

test.each([
  ["rejects", () => Promise.reject(new Error("out of memory"))],
  [
    "throws at once",
    () => {
      throw new Error("out of memory");
    },
  ],
])("gives the place of a task that %s to the next", async (_, failing: () => Promise<never>) => {
  const queue = createHashQueue({ ...options, maxQueued: 20 });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 12 }, (_, index) => queue.run<number>(index % 3 === 0 ? async () => index : failing)),
  );
  expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual(
    Array.from({ length: 12 }, (_, index) => index % 3 === 0),
  );
  expect([queue.running, queue.waiting]).toEqual([0, 0]);
});
