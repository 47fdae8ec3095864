import { describe, expect, it } from "vitest";
import { type Attempts, delayOf, type LoginCounts } from "../../../src/auth/login-failures/login-delay.ts";
import { loginDefaults, resolveLoginSettings } from "../../../src/auth/login-failures/login-settings.ts";

const now = Date.UTC(2024, 0, 1, 12);
const day = 86_400_000;
const failed = (failures: number, secondsAgo = 0, countedFrom = now - 3_600_000): Attempts => ({
  failures,
  countedFrom,
  failedAt: now - secondsAgo * 1000,
  succeededAt: undefined,
});
const known = (attempts: Attempts, daysAgo = 1): Attempts => ({ ...attempts, succeededAt: now - daysAgo * day });
const delay = (counts: Partial<LoginCounts>) =>
  delayOf({ pair: undefined, address: undefined, user: undefined, ...counts }, now, loginDefaults);

describe("the delay of a login", () => {
  it.each<[string, Partial<LoginCounts>, number | undefined, string?]>([
    ["nothing failed", {}, undefined],
    ["nine failures of user and address", { pair: failed(9) }, undefined],
    ["the tenth", { pair: failed(10) }, 1, "user and address"],
    ["the eleventh", { pair: failed(11) }, 2, "user and address"],
    ["the twelfth", { pair: failed(12) }, 4, "user and address"],
    ["the twelfth, three seconds ago", { pair: failed(12, 3) }, 1, "user and address"],
    ["the twelfth, four seconds ago", { pair: failed(12, 4) }, undefined],
    ["the nineteenth", { pair: failed(19) }, 512, "user and address"],
    ["the twentieth", { pair: failed(20) }, 900, "user and address"],
    ["the five thousandth", { pair: failed(5000) }, 900, "user and address"],
    ["twenty, the first a day ago", { pair: failed(20, 0, now - day) }, undefined],
    ["twenty by a clock that is an hour ahead", { pair: failed(20, -3600) }, 900, "user and address"],
    ["99 failures of an address", { address: failed(99) }, undefined],
    ["100 failures of an address", { address: failed(100) }, 1, "address"],
    ["110 failures of an address", { address: failed(110) }, 900, "address"],
    ["99 failures of a user", { user: failed(99) }, undefined],
    ["103 failures of a user", { user: failed(103) }, 8, "user"],
    ["the longest of all three", { pair: failed(11), address: failed(104), user: failed(102) }, 16, "address"],
    ["an attacked user at an address of their own", { pair: known(failed(0)), user: failed(150) }, undefined],
    ["the same after 90 days", { pair: known(failed(0), 90), user: failed(150) }, 900, "user"],
    ["a user at an address from which others fail", { pair: known(failed(0)), address: failed(150) }, undefined],
    ["own failures at an address of one's own", { pair: known(failed(12)) }, 4, "user and address"],
  ])("after %s", (_what, counts, waitSeconds, by) => {
    expect(delay(counts)).toEqual(waitSeconds === undefined ? undefined : { by, waitSeconds });
  });
});

describe("settings.logins", () => {
  it.each([
    [{ freeFailures: 0 }, "settings.logins.freeFailures must be a whole number"],
    [{ maxDelaySeconds: 1.5 }, "settings.logins.maxDelaySeconds must be a whole number"],
    [{ windowSeconds: Number.NaN }, "settings.logins.windowSeconds must be a whole number"],
    [{ isThrottled: 1 as never }, "settings.logins.isThrottled is true or false"],
    [{ freeFailure: 1 } as never, 'Did you mean "freeFailures"?'],
  ])("refuses %j", (given, message) => {
    expect(() => resolveLoginSettings(given)).toThrow(message);
  });
});
