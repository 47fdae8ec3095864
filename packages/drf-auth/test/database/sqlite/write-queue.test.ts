import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ServiceUnavailable } from "../../../src/errors.ts";
import { WriteQueue } from "../../../src/database/sqlite/write-queue.ts";

describe("WriteQueue", () => {
  test("lets the first in at once and the others in the order of asking", async () => {
    const queue = new WriteQueue(5);
    const order: number[] = [];
    expect(queue.enter()).toBeUndefined();
    const others = [1, 2, 3].map(async (number) => {
      await queue.enter();
      order.push(number);
      await wait(1);
      queue.leave();
    });
    await wait(5);
    expect(order).toEqual([]);
    queue.leave();
    await Promise.all(others);
    expect(order).toEqual([1, 2, 3]);
    expect(queue.enter()).toBeUndefined();
  });

  test("tells who waited too long when to come back, and goes on with the next", async () => {
    const queue = new WriteQueue(0.02);
    void queue.enter();
    const refused = queue.enter();
    await expect(refused).rejects.toBeInstanceOf(ServiceUnavailable);
    await expect(refused).rejects.toMatchObject({ status: 503, headers: { "Retry-After": "1" } });
    const next = queue.enter();
    queue.leave();
    await next;
    queue.leave();
    expect(queue.enter()).toBeUndefined();
  });

  test("forgets the time of one who got in, so that nobody else is sent away for it", async () => {
    const queue = new WriteQueue(0.3);
    void queue.enter();
    const first = queue.enter();
    queue.leave();
    await first;
    await wait(200);
    const second = queue.enter();
    await wait(150);
    queue.leave();
    await expect(second).resolves.toBeUndefined();
  });

  test("closes when those who asked before have left, however long that takes, and lets nobody in after", async () => {
    const queue = new WriteQueue(0.02);
    const events: string[] = [];
    void queue.enter();
    const closed = queue.close().then(() => events.push("closed"));
    expect(() => queue.enter()).toThrow("The database is closed.");
    await wait(40);
    events.push("left");
    queue.leave();
    await closed;
    expect(events).toEqual(["left", "closed"]);
  });

  test("closes at once when nobody is in, and twice", async () => {
    const queue = new WriteQueue(5);
    await queue.close();
    await expect(queue.close()).resolves.toBeUndefined();
  });
});
