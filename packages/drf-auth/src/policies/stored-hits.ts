import { createHmac } from "node:crypto";
import type { Database, Statement } from "../database/index.ts";
import type { HitStore } from "../server/index.ts";

export interface StoredHitsOptions {
  /** A PostgreSQL database, which several servers share. */
  readonly database: Database;
  /** Keys are kept as digests of it: the table holds no users and no addresses. */
  readonly secretKey: string;
  /** Counts where the database cannot. */
  readonly fallback: HitStore;
  readonly warn: (facts: object, message: string) => void;
}

/** Old rows are removed with every so many hits, more of them than those hits can have made. */
const hitsPerRemoval = 50;
const rowsPerRemoval = 200;

const now = "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint)";
const ends = "clock_timestamp() + CAST($3 AS bigint) * interval '1 millisecond'";
const recent = `SELECT CAST(t AS bigint) AS t FROM jsonb_array_elements_text(h.times) AS t WHERE CAST(t AS bigint) > ${now} - CAST($3 AS bigint)`;

/** One statement, so that of two hits at once each sees the other; refused ones change nothing. */
const counted: Statement = {
  sql:
    `INSERT INTO drf_auth_throttle_hits AS h (key, times, ends_at) VALUES ($1, jsonb_build_array(${now}), ${ends}) ` +
    `ON CONFLICT (key) DO UPDATE SET times = coalesce((SELECT jsonb_agg(r.t ORDER BY r.t) FROM (${recent}) AS r), '[]') || ` +
    `jsonb_build_array(${now}), ends_at = ${ends} WHERE (SELECT count(*) FROM (${recent}) AS r) < CAST($2 AS bigint) RETURNING 1`,
  isWrite: true,
};
const waited: Statement = {
  sql:
    `SELECT CAST($2 AS bigint) - (${now} - min(CAST(t AS bigint))) FROM drf_auth_throttle_hits, ` +
    `jsonb_array_elements_text(times) AS t WHERE key = $1 AND CAST(t AS bigint) > ${now} - CAST($2 AS bigint)`,
  isWrite: false,
};
const removed: Statement = {
  sql:
    "DELETE FROM drf_auth_throttle_hits WHERE key IN (SELECT key FROM drf_auth_throttle_hits " +
    `WHERE ends_at < clock_timestamp() LIMIT ${rowsPerRemoval} FOR UPDATE SKIP LOCKED)`,
  isWrite: true,
};

/**
 * Counts hits in a table that all servers of one database share, a sliding log a key as in DRF, by the database's clock.
 *
 * Where the database cannot, the server counts for itself and says so once: no request fails for a throttle.
 */
export class StoredHits implements HitStore {
  readonly #options: StoredHitsOptions;
  #hits = 0;
  #hasWarned = false;

  constructor(options: StoredHitsOptions) {
    this.#options = options;
  }

  async hit(key: string, limit: number, periodSeconds: number): Promise<number | undefined> {
    if (limit === 0) return periodSeconds;
    try {
      return await this.#hit(this.#digestOf(key), limit, periodSeconds * 1000);
    } catch (error) {
      if (!this.#hasWarned) {
        this.#warn(error);
        this.#hasWarned = true;
      }
      return this.#options.fallback.hit(key, limit, periodSeconds);
    }
  }

  async #hit(key: string, limit: number, periodMilliseconds: number): Promise<number | undefined> {
    const { database } = this.#options;
    const [made] = await database.run(counted, [key, limit, periodMilliseconds]);
    if (made) {
      this.#hits += 1;
      if (this.#hits % hitsPerRemoval === 0) await database.run(removed, []);
      return undefined;
    }
    const [row] = await database.run(waited, [key, periodMilliseconds]);
    return Math.max(Number(row?.[0] ?? 0), 0) / 1000;
  }

  #digestOf(key: string): string {
    return createHmac("sha256", this.#options.secretKey).update(`drf-auth throttle ${key}`).digest("hex");
  }

  #warn(error: unknown): void {
    this.#options.warn(
      { err: error },
      "Throttles cannot count in the database, so each server counts for itself. Run npx drf-auth migrate if its table " +
        'drf_auth_throttle_hits is not there, or set throttleCounts: "server" in the settings.',
    );
  }
}
