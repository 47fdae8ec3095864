import { ImproperlyConfigured } from "../errors.ts";
import type { Request, UserKey } from "../http/index.ts";
import type { HitStore } from "../server/index.ts";

/** How often may this be asked? Gives undefined where it may, else how long to wait, in seconds. */
export interface Throttle {
  readonly name: string;
  /** `hits` counts what was asked before, for all workers together. */
  readonly wait: (request: Request, hits: HitStore) => number | undefined | Promise<number | undefined>;
}

/** So many requests in so many seconds. */
interface Rate {
  readonly limit: number;
  readonly periodSeconds: number;
}

const periods: Readonly<Record<string, number>> = Object.freeze({ s: 1, m: 60, h: 3600, d: 86_400 });

/** Bounds how often each address may ask that nobody is logged in from, as DRF's AnonRateThrottle: `"10/min"`. */
export function anonThrottle(rate: string): Throttle {
  return rateThrottle("AnonRateThrottle", rate, ({ user, client }) =>
    user.isAuthenticated ? undefined : `throttle_anon_${client.address}`,
  );
}

/** Bounds how often each user may ask, and each address without one, as DRF's UserRateThrottle. */
export function userThrottle(rate: string): Throttle {
  return rateThrottle("UserRateThrottle", rate, (request) => `throttle_user_${callerOf(request)}`);
}

/** Bounds how often each caller may ask all views of one scope together, as DRF's ScopedRateThrottle. */
export function scopedThrottle(scope: string, rate: string): Throttle {
  return rateThrottle("ScopedRateThrottle", rate, (request) => `throttle_${scope}_${callerOf(request)}`);
}

function callerOf({ user, client }: Request): UserKey | string {
  return user.isAuthenticated ? user.id : client.address;
}

function rateThrottle(name: string, rate: string, keyOf: (request: Request) => string | undefined): Throttle {
  const { limit, periodSeconds } = parseRate(name, rate);
  return Object.freeze({
    name,
    wait: (request: Request, hits: HitStore) => {
      const key = keyOf(request);
      return key === undefined ? undefined : hits.hit(key, limit, periodSeconds);
    },
  });
}

/** Reads `10/min`: of the period its first letter counts, as in DRF. */
function parseRate(name: string, rate: string): Rate {
  const match = /^(\d{1,9})\/([smhd])[a-z]*$/i.exec(rate.trim());
  const periodSeconds = periods[(match?.[2] ?? "").toLowerCase()];
  if (match && periodSeconds !== undefined) return { limit: Number(match[1]), periodSeconds };
  throw new ImproperlyConfigured(
    `${name}: "${rate}" is no rate. Write so many a second, minute, hour or day, such as "10/min".`,
  );
}
