import { setTimeout as wait } from "node:timers/promises";
import type { Database } from "../../src/database/index.ts";

/** A transaction in which one within it awaits what waits for its end. */
export function tangled(database: Database, ask: () => Promise<unknown>): Promise<unknown> {
  return database.transaction(async () => {
    const early = wait(20).then(ask);
    await Promise.all([
      early,
      database.transaction(async () => {
        await wait(50);
        await early;
      }),
    ]);
  });
}
