import { AsyncLocalStorage } from "node:async_hooks";
import { type StatementEvent, statementChannel } from "../database/index.ts";

/** So often one statement within one request is told: a page of rows has asked it for each of its rows. */
const tooOften = 10;

/** Counts the statements of each request, and says which one is asked again and again. */
export class RepeatedQueries {
  readonly #counts = new AsyncLocalStorage<{ readonly route: string; readonly bySql: Map<string, number> }>();
  readonly #warn: (facts: object, message: string) => void;
  readonly #told = new Set<string>();

  constructor(warn: (facts: object, message: string) => void) {
    this.#warn = warn;
    statementChannel.subscribe(this.#count);
  }

  /** Does the work of a request, and says of each statement once a route that it was asked too often. */
  watch<Result>(route: string, work: () => Promise<Result>): Promise<Result> {
    const request = { route, bySql: new Map<string, number>() };
    return this.#counts.run(request, async () => {
      try {
        return await work();
      } finally {
        for (const [sql, times] of request.bySql) this.#tell(route, sql, times);
      }
    });
  }

  close(): void {
    statementChannel.unsubscribe(this.#count);
  }

  readonly #count = (event: unknown): void => {
    const request = this.#counts.getStore();
    const { sql } = event as StatementEvent;
    if (request && /^\s*select\b/i.test(sql)) request.bySql.set(sql, (request.bySql.get(sql) ?? 0) + 1);
  };

  #tell(route: string, sql: string, times: number): void {
    const key = `${route} ${sql}`;
    if (times < tooOften || this.#told.has(key)) return;
    this.#told.add(key);
    this.#warn(
      { route, times, sql },
      `${route} asked the same query ${times} times, it may be once for each row (N+1). prefetchRelated() and ` +
        "selectRelated() load what rows refer to at once.",
    );
  }
}
