import { expect, it } from "vitest";
import { withFailure, withoutFailure, withSuccess } from "../../../src/auth/login-failures/counted-attempts.ts";
import type { Attempts } from "../../../src/auth/login-failures/login-delay.ts";
import { loginDefaults } from "../../../src/auth/login-failures/login-settings.ts";

const day = 86_400_000;
const attempts = (failures: number, countedFrom: number, failedAt: number, succeededAt?: number): Attempts => ({
  failures,
  countedFrom,
  failedAt,
  succeededAt,
});

it.each<[string, Attempts | undefined, number, Attempts]>([
  ["the first", undefined, 5, attempts(1, 5, 5)],
  ["another", attempts(3, 5, 9, 2), 12, attempts(4, 5, 12, 2)],
  ["the first since a good login", withSuccess(5), 9, attempts(1, 9, 9, 5)],
  ["the first of another window", attempts(3, 5, 9, 2), day + 5, attempts(1, day + 5, day + 5, 2)],
])("a failure is counted: %s", (_what, before, now, after) => {
  expect(withFailure(before, now, loginDefaults)).toEqual(after);
});

it.each<[string, Attempts | undefined, Attempts | undefined]>([
  ["as if it had not been", attempts(4, 5, 12), attempts(3, 5, 9)],
  ["and the delay of one that came after it runs on", attempts(5, 5, 13), attempts(4, 5, 13)],
  ["not where nothing counts any more", attempts(0, 5, 12), undefined],
  ["not where a good login began anew", attempts(1, 14, 14), undefined],
  ["not where the row is gone", undefined, undefined],
])("a failure that was none is taken back: %s", (_what, now, after) => {
  const before = attempts(3, 5, 9);
  expect(withoutFailure(now, withFailure(before, 12, loginDefaults), before)).toEqual(after);
});
