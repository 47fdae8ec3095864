import type { LoginSettings } from "./login-settings.ts";

/** What is known of the logins under one key; times are milliseconds since 1970. */
export interface Attempts {
  readonly failures: number;
  /** When the first of these failures was. */
  readonly countedFrom: number;
  readonly failedAt: number;
  /** When the last good login was: told of a user and an address together alone. */
  readonly succeededAt: number | undefined;
}

/** What is known of one login: of its user from its address, of the address, and of the user. */
export interface LoginCounts {
  readonly pair: Attempts | undefined;
  readonly address: Attempts | undefined;
  readonly user: Attempts | undefined;
}

export interface LoginDelay {
  readonly by: "user and address" | "address" | "user";
  /** How long until the next login is looked at, in seconds; above zero. */
  readonly waitSeconds: number;
}

/** How long a good login makes an address known to be a user's, in milliseconds: 90 days. */
export const knownMilliseconds = 90 * 86_400_000;

/**
 * The longest delay that holds for a login, or undefined where it may go on: the whole rule.
 *
 * A user at an address who has logged in from there is held up by failures of that very pair alone: neither strangers
 * elsewhere nor whoever shares the address can lock such a user out.
 */
export function delayOf(counts: LoginCounts, now: number, settings: LoginSettings): LoginDelay | undefined {
  const shared = [
    { by: "address", attempts: counts.address, free: settings.freeFailuresPerAddress },
    { by: "user", attempts: counts.user, free: settings.freeFailuresPerUser },
  ] as const;
  return [
    { by: "user and address", attempts: counts.pair, free: settings.freeFailures } as const,
    ...(isKnown(counts.pair, now) ? [] : shared),
  ]
    .map(({ by, attempts, free }) => ({ by, waitSeconds: waitSeconds(attempts, free, now, settings) }))
    .filter((delay) => delay.waitSeconds > 0)
    .toSorted((one, other) => other.waitSeconds - one.waitSeconds)[0];
}

/** Whether the user has logged in from the address. */
export function isKnown(pair: Attempts | undefined, now: number): boolean {
  return pair?.succeededAt !== undefined && now - pair.succeededAt < knownMilliseconds;
}

/** The failures that count still. */
export function failuresOf(attempts: Attempts | undefined, now: number, settings: LoginSettings): number {
  return attempts && now - attempts.countedFrom < settings.windowSeconds * 1000 ? attempts.failures : 0;
}

function waitSeconds(attempts: Attempts | undefined, free: number, now: number, settings: LoginSettings): number {
  const failures = failuresOf(attempts, now, settings);
  if (!attempts || failures < free) return 0;
  const delay = Math.min(2 ** (failures - free), settings.maxDelaySeconds);
  // A clock that was set back must not make the delay longer than it is.
  return Math.min(delay, delay + (attempts.failedAt - now) / 1000);
}
