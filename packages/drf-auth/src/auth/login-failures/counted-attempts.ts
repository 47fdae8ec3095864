import { type Attempts, failuresOf } from "./login-delay.ts";
import type { LoginSettings } from "./login-settings.ts";

/** One failure more. */
export function withFailure(before: Attempts | undefined, now: number, settings: LoginSettings): Attempts {
  const failures = failuresOf(before, now, settings);
  return {
    failures: failures + 1,
    countedFrom: before && failures > 0 ? before.countedFrom : now,
    failedAt: now,
    succeededAt: before?.succeededAt,
  };
}

/** A good login: no failure counts any more. */
export function withSuccess(now: number): Attempts {
  return { failures: 0, countedFrom: now, failedAt: now, succeededAt: now };
}

/** Takes back a failure that was counted ahead and was none; undefined where it counts no more anyway. */
export function withoutFailure(
  attempts: Attempts | undefined,
  counted: Attempts,
  before: Attempts | undefined,
): Attempts | undefined {
  if (!attempts || attempts.failures === 0 || attempts.countedFrom !== counted.countedFrom) return undefined;
  // The delay runs on from the failure before, unless another came in between.
  const failedAt = attempts.failedAt === counted.failedAt && before ? before.failedAt : attempts.failedAt;
  return { ...attempts, failures: attempts.failures - 1, failedAt };
}
