/** Counts what was asked, for throttles. */
export interface HitStore {
  /**
   * Counts a hit under a key unless there were `limit` in the last `periodSeconds`; gives undefined when it counted,
   * else the seconds until there is room.
   */
  hit(key: string, limit: number, periodSeconds: number): number | undefined | Promise<number | undefined>;
}

/** The times of the hits under one key that are still in the period, oldest first. */
interface Log {
  times: number[];
  periodSeconds: number;
}

/** More keys than that push out those that were hit longest ago. */
const maxKeys = 100_000;

/** Keeps the hits in memory, a sliding log a key, as DRF's throttles do in a cache: refused hits are not counted. */
export class HitCounter implements HitStore {
  readonly #logs = new Map<string, Log>();
  readonly #now: () => number;

  /** `now` gives seconds that never go back. */
  constructor(now: () => number = () => performance.now() / 1000) {
    this.#now = now;
  }

  hit(key: string, limit: number, periodSeconds: number): number | undefined {
    const now = this.#now();
    const log = this.#logs.get(key) ?? { times: [], periodSeconds };
    const first = log.times.findIndex((time) => time > now - periodSeconds);
    if (first !== 0) log.times = first === -1 ? [] : log.times.slice(first);
    const [oldest] = log.times;
    if (log.times.length >= limit) return oldest === undefined ? periodSeconds : periodSeconds - (now - oldest);
    log.times.push(now);
    // Set anew, the key is the last that would be pushed out.
    this.#logs.delete(key);
    this.#logs.set(key, log);
    this.#forget();
    return undefined;
  }

  #forget(): void {
    if (this.#logs.size <= maxKeys) return;
    const [oldest] = this.#logs.keys();
    if (oldest !== undefined) this.#logs.delete(oldest);
  }
}
