import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Transaction } from "../../src/database/transaction.ts";

describe("Transaction", () => {
  test("is open until it ends", () => {
    const transaction = new Transaction();
    expect(transaction.isOpen).toBe(true);
    expect(() => transaction.mustBeOpen()).not.toThrow();
    transaction.end();
    expect(transaction.isOpen).toBe(false);
    expect(() => transaction.mustBeOpen()).toThrow("This transaction has ended");
  });

  test("ends with the one around it", () => {
    const outer = new Transaction();
    const inner = new Transaction(new Transaction(outer));
    outer.end();
    expect(inner.isOpen).toBe(false);
  });

  test("outlives one within it", () => {
    const outer = new Transaction();
    new Transaction(outer).end();
    expect(outer.isOpen).toBe(true);
  });

  test("is deeper than the one around it", () => {
    const outer = new Transaction();
    expect([outer.depth, new Transaction(outer).depth]).toEqual([0, 1]);
  });

  test("is not done while one within it goes on", () => {
    const transaction = new Transaction();
    transaction.nested = Promise.resolve();
    expect(() => transaction.mustBeDone()).toThrow("A nested transaction goes on");
    transaction.nested = undefined;
    expect(() => transaction.mustBeDone()).not.toThrow();
  });

  test.each([0, 0.2, Infinity])("waits for one within it that ends within the limit of %s s", async (seconds) => {
    const transaction = new Transaction();
    transaction.nested = wait(20);
    await expect(transaction.nestedEnded(seconds)).resolves.toBeUndefined();
  });
});
