import type { Database } from "../../database/index.ts";
import { LoginAttempt, type ModelRegistry, QuerySet, type Row } from "../../models/index.ts";
import type { AttemptsByKey, AttemptStore } from "./attempt-store.ts";
import { type Attempts, knownMilliseconds } from "./login-delay.ts";

export interface StoredAttemptsOptions {
  readonly registry: ModelRegistry;
  readonly database: Database;
  readonly windowSeconds: number;
  readonly now: () => number;
}

/** Old rows are removed with every so many changes, more of them than those changes can have made. */
const changesPerRemoval = 20;
const rowsPerRemoval = 100;

/** Counts failed logins in a table, which all workers share and which outlives them. */
export class StoredAttempts implements AttemptStore {
  readonly #rows: QuerySet<typeof LoginAttempt>;
  readonly #options: StoredAttemptsOptions;
  #changes = 0;

  constructor(options: StoredAttemptsOptions) {
    this.#options = options;
    this.#rows = QuerySet.of(options.registry.meta(LoginAttempt), options.database);
  }

  /** Whether `drf-auth migrate` has made the table. */
  async isThere(): Promise<boolean> {
    try {
      await this.#rows.exists();
      return true;
    } catch (error) {
      if (error instanceof Error && /no such table|relation .* does not exist/.test(error.message)) return false;
      throw error;
    }
  }

  async read(keys: readonly string[]): Promise<AttemptsByKey> {
    const rows = await this.#rows.filter({ key__in: keys }).rows();
    return new Map(rows.map((row) => [row.key, attemptsOf(row)]));
  }

  async change(keys: readonly string[], work: (found: AttemptsByKey) => AttemptsByKey): Promise<void> {
    const { database } = this.#options;
    await database.transaction(async () => {
      // In one order always: two that wait for each other would wait for good.
      for (const key of keys.toSorted()) await database.lock(`login attempts ${key}`);
      const found = await this.read(keys);
      const changed = work(found);
      for (const [key, attempts] of changed) {
        const values = this.#valuesOf(attempts);
        if (found.has(key)) await this.#rows.filter({ key }).update(values);
        else await this.#rows.insert({ key, ...values });
      }
      if (changed.size > 0) await this.#removeOld();
    });
  }

  async #removeOld(): Promise<void> {
    this.#changes += 1;
    if (this.#changes % changesPerRemoval !== 0) return;
    const old = this.#rows.filter({ ends_at__lt: textOf(this.#options.now()) });
    const rows = await old.orderBy("ends_at").rows({ limit: rowsPerRemoval, offset: 0 });
    if (rows.length > 0) await this.#rows.filter({ key__in: rows.map(({ key }) => key) }).delete();
  }

  #valuesOf({ failures, countedFrom, failedAt, succeededAt }: Attempts) {
    const ends = countedFrom + this.#options.windowSeconds * 1000;
    return {
      failures,
      counted_from: textOf(countedFrom),
      failed_at: textOf(failedAt),
      succeeded_at: succeededAt === undefined ? null : textOf(succeededAt),
      ends_at: textOf(succeededAt === undefined ? ends : Math.max(ends, succeededAt + knownMilliseconds)),
    };
  }
}

function attemptsOf(row: Row<typeof LoginAttempt>): Attempts {
  return {
    failures: row.failures,
    countedFrom: Date.parse(row.counted_from),
    failedAt: Date.parse(row.failed_at),
    succeededAt: row.succeeded_at === null ? undefined : Date.parse(row.succeeded_at),
  };
}

function textOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
