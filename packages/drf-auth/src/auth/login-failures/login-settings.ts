import { ImproperlyConfigured } from "../../errors.ts";
import { resolveOptions } from "../../settings.ts";

/** When failed logins delay the next ones. */
export interface LoginSettings {
  /** How many logins to one user may fail from one address before the next must wait. */
  readonly freeFailures: number;
  /** How many logins may fail from one address, to users who have not logged in from there. */
  readonly freeFailuresPerAddress: number;
  /** How many logins to one user may fail, wherever from, before addresses that the user has not used must wait. */
  readonly freeFailuresPerUser: number;
  /** Whether failed logins delay the next ones at all; DRF's do not. */
  readonly isThrottled: boolean;
  /** The longest delay, in seconds: the first is one second, and each failure doubles it. */
  readonly maxDelaySeconds: number;
  /** How long failures count, in seconds from the first. */
  readonly windowSeconds: number;
}

export const loginDefaults: LoginSettings = Object.freeze({
  freeFailures: 10,
  freeFailuresPerAddress: 100,
  freeFailuresPerUser: 100,
  isThrottled: true,
  maxDelaySeconds: 900,
  windowSeconds: 86_400,
});

/** @throws {ImproperlyConfigured} when a number is none, or could never delay anybody. */
export function resolveLoginSettings(given: Partial<LoginSettings>): Readonly<LoginSettings> {
  const settings = resolveOptions("settings.logins", loginDefaults, given);
  const { isThrottled, ...numbers } = settings;
  if (typeof isThrottled !== "boolean") throw new ImproperlyConfigured("settings.logins.isThrottled is true or false.");
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isSafeInteger(value) && value >= 1 && value <= 31_536_000) continue;
    throw new ImproperlyConfigured(`settings.logins.${name} must be a whole number from 1 to 31536000.`);
  }
  return settings;
}
