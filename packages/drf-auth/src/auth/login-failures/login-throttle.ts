import { createHmac } from "node:crypto";
import type { Database } from "../../database/index.ts";
import { ServiceUnavailable } from "../../errors.ts";
import type { ModelRegistry } from "../../models/index.ts";
import type { AttemptsByKey, AttemptStore } from "./attempt-store.ts";
import { withFailure, withoutFailure, withSuccess } from "./counted-attempts.ts";
import { type Attempts, delayOf, failuresOf, isKnown, type LoginCounts, type LoginDelay } from "./login-delay.ts";
import type { LoginSettings } from "./login-settings.ts";
import { networkOf } from "./network-of.ts";
import { RememberedAttempts } from "./remembered-attempts.ts";
import { RunningLogins } from "./running-logins.ts";
import { StoredAttempts } from "./stored-attempts.ts";

export interface LoginThrottleOptions {
  readonly settings: LoginSettings;
  /** What digests of names and addresses are keyed with. */
  readonly secretKey: string;
  readonly registry: ModelRegistry;
  readonly database: Database;
  /** Tells the log what the caller may not know. */
  readonly warn: (facts: object, message: string) => void;
  /** The time in milliseconds since 1970. Default: the clock's. */
  readonly now?: () => number;
}

/** A login whose password may be looked at; exactly one of the three ends it. */
export interface AdmittedLogin {
  succeed(): Promise<void>;
  /** Its failure is on record when this ends. */
  fail(): Promise<void>;
  /** It was neither right nor wrong: nobody could look. */
  abandon(): Promise<void>;
}

interface Keys {
  readonly pair: string;
  readonly address: string;
  readonly user: string;
}

/** A good login is written down anew once a day: the ones between cost no write. */
const freshMilliseconds = 86_400_000;

/**
 * Delays logins after others failed: counts by user and address, by address and by user, and `delayOf` decides.
 *
 * A login counts as failed before its password is looked at, so that many at once cannot slip through; a good one takes
 * that back. Only where the user has logged in from the address lately and nothing failed since is that count kept in
 * memory, by worker: such a login reads one statement and writes nothing. Where the database is too busy to count, the
 * login is answered 503 and its password is not looked at.
 */
export class LoginThrottle {
  readonly #options: LoginThrottleOptions;
  readonly #settings: LoginSettings;
  readonly #digestKey: Buffer;
  readonly #now: () => number;
  readonly #running = new RunningLogins();
  #store: AttemptStore | undefined;

  constructor(options: LoginThrottleOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#now = options.now ?? Date.now;
    this.#digestKey = createHmac("sha256", options.secretKey).update("drf-auth.login-attempts").digest();
  }

  /** Admits a login, or gives the delay that it must wait for; whether there is such a user plays no part. */
  async admit(username: string, address: string): Promise<AdmittedLogin | LoginDelay> {
    if (!this.#settings.isThrottled) return unthrottled;
    const store = this.#store ?? (await this.#findStore());
    const keys = this.#keysOf(username, networkOf(address));
    for (;;) {
      const counts = countsOf(keys, await store.read(Object.values(keys)));
      const isQuiet = this.#isQuiet(counts.pair);
      const isFull = this.#isFull(keys, counts);
      const delay = delayOf(counts, this.#now(), this.#settings);
      if (!isFull && !delay) {
        if (isQuiet) return this.#admitUncounted(store, keys);
        const admitted = await this.#admitCounted(store, keys);
        if (isAdmitted(admitted) || this.#running.all(keys.pair) === 0) return admitted;
      } else if (delay && this.#running.all(keys.pair) === 0) return delay;
      // One of those that are looked at may be right, which lets this one in: a client that sends twenty at once.
      await this.#running.next(keys.pair);
    }
  }

  /** The user has logged in from there lately, and nothing failed since. */
  #isQuiet(pair: Attempts | undefined): boolean {
    const now = this.#now();
    if (pair?.succeededAt === undefined || failuresOf(pair, now, this.#settings) > 0) return false;
    return Math.abs(now - pair.succeededAt) < freshMilliseconds;
  }

  /** As many are looked at as may fail without a delay, and the store does not know of all of them. */
  #isFull(keys: Keys, { pair }: LoginCounts): boolean {
    const pending = this.#running.uncounted(keys.pair);
    return pending > 0 && failuresOf(pair, this.#now(), this.#settings) + pending >= this.#settings.freeFailures;
  }

  #admitUncounted(store: AttemptStore, keys: Keys): AdmittedLogin {
    const end = this.#running.begin(keys.pair, false);
    const ended = async (): Promise<void> => end();
    const fail = async (): Promise<void> => {
      try {
        const counted = [keys.pair, keys.user];
        await store.change(counted, (found) => this.#failed(counted, found));
      } finally {
        end();
      }
    };
    return { succeed: ended, fail, abandon: ended };
  }

  async #admitCounted(store: AttemptStore, keys: Keys): Promise<AdmittedLogin | LoginDelay> {
    let delay: LoginDelay | undefined;
    let before: AttemptsByKey = new Map();
    let counted: AttemptsByKey = new Map();
    await store.change(Object.values(keys), (found) => {
      const counts = countsOf(keys, found);
      delay = delayOf(counts, this.#now(), this.#settings);
      if (delay) return counted;
      before = found;
      // Where people who work together mistype, it is no attack of the address that they share.
      const isOwn = isKnown(counts.pair, this.#now());
      counted = this.#failed(isOwn ? [keys.pair, keys.user] : Object.values(keys), found);
      return counted;
    });
    if (delay) return delay;
    const end = this.#running.begin(keys.pair, true);
    const takeBack = (found: AttemptsByKey): Map<string, Attempts> => {
      const changed = new Map<string, Attempts>();
      for (const [key, own] of counted) {
        const attempts = withoutFailure(found.get(key), own, before.get(key));
        if (attempts) changed.set(key, attempts);
      }
      return changed;
    };
    const settle = async (work: (found: AttemptsByKey) => AttemptsByKey): Promise<void> => {
      try {
        await store.change([...counted.keys()], work);
      } catch (error) {
        // Who is who they say is let in; one failure too many stays on record.
        if (!(error instanceof ServiceUnavailable)) throw error;
      } finally {
        end();
      }
    };
    return {
      succeed: () => settle((found) => takeBack(found).set(keys.pair, withSuccess(this.#now()))),
      fail: async () => end(),
      abandon: () => settle(takeBack),
    };
  }

  #failed(keys: readonly string[], found: AttemptsByKey): AttemptsByKey {
    const now = this.#now();
    return new Map(keys.map((key) => [key, withFailure(found.get(key), now, this.#settings)]));
  }

  /** Looks at the first login, when a table that is made at start is there. */
  async #findStore(): Promise<AttemptStore> {
    const { registry, database, settings, warn } = this.#options;
    const { windowSeconds } = settings;
    const stored = new StoredAttempts({ registry, database, windowSeconds, now: this.#now });
    const isThere = await stored.isThere();
    if (this.#store) return this.#store;
    if (!isThere) {
      warn(
        {},
        "Failed logins are counted by each worker for itself and forgotten when it ends: their table is not there. " +
          "Run npx drf-auth migrate and start again",
      );
    }
    this.#store = isThere ? stored : new RememberedAttempts();
    return this.#store;
  }

  #keysOf(username: string, network: string): Keys {
    const digest = (...parts: readonly string[]): string =>
      createHmac("sha256", this.#digestKey).update(JSON.stringify(parts)).digest("hex");
    return {
      pair: digest("user and address", username, network),
      address: digest("address", network),
      user: digest("user", username),
    };
  }
}

/** Tells a login that may go on from one that must wait. */
export function isAdmitted(outcome: AdmittedLogin | LoginDelay): outcome is AdmittedLogin {
  return "succeed" in outcome;
}

const nothing = async (): Promise<void> => {};
const unthrottled: AdmittedLogin = Object.freeze({ succeed: nothing, fail: nothing, abandon: nothing });

function countsOf(keys: Keys, found: AttemptsByKey): LoginCounts {
  return { pair: found.get(keys.pair), address: found.get(keys.address), user: found.get(keys.user) };
}
