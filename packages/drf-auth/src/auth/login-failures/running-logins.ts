import { ServiceUnavailable } from "../../errors.ts";

/** How many may wait in this worker: as many as may wait for a hash. */
const maxWaiting = 100;

interface Running {
  /** Those of which the store does not know yet. */
  readonly uncounted: number;
  readonly all: number;
  readonly change: PromiseWithResolvers<void>;
}

/** The logins that this worker is checking right now, by the key of user and address. */
export class RunningLogins {
  readonly #byKey = new Map<string, Running>();
  #waiting = 0;

  uncounted(key: string): number {
    return this.#byKey.get(key)?.uncounted ?? 0;
  }

  all(key: string): number {
    return this.#byKey.get(key)?.all ?? 0;
  }

  /** Notes a login that begins; what it gives notes its end, once. */
  begin(key: string, isCounted: boolean): () => void {
    const uncounted = isCounted ? 0 : 1;
    this.#add(key, 1, uncounted);
    return () => {
      const { change } = this.#byKey.get(key) ?? {};
      this.#add(key, -1, -uncounted);
      change?.resolve();
    };
  }

  /**
   * Ends when one of them has.
   *
   * @throws {ServiceUnavailable} when too many wait already.
   */
  async next(key: string): Promise<void> {
    if (this.#waiting >= maxWaiting) throw new ServiceUnavailable();
    this.#waiting += 1;
    try {
      await this.#byKey.get(key)?.change.promise;
    } finally {
      this.#waiting -= 1;
    }
  }

  #add(key: string, all: number, uncounted: number): void {
    const before = this.#byKey.get(key);
    const now = { all: (before?.all ?? 0) + all, uncounted: (before?.uncounted ?? 0) + uncounted };
    if (now.all === 0) this.#byKey.delete(key);
    // Who begins wakes nobody; who ends wakes all, and those who wait again wait for the next.
    else this.#byKey.set(key, { ...now, change: (all > 0 && before?.change) || Promise.withResolvers<void>() });
  }
}
