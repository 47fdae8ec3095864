import { setTimeout as wait } from "node:timers/promises";
import type { Project } from "../application/index.ts";
import { DatabaseUnreachable } from "../database/index.ts";
import { wholeNumber } from "../settings.ts";
import type { Terminal } from "./terminal.ts";

const pauseMilliseconds = 500;
const secondsBetweenLines = 5;

/**
 * Waits until the database answers, for DATABASE_WAIT_SECONDS at most: a machine that starts starts both at once.
 *
 * @throws {DatabaseUnreachable} when it does not, at once where waiting cannot help.
 */
export async function waitForDatabase({ database }: Project, terminal: Terminal): Promise<void> {
  if (database.dialect === "sqlite") return;
  const seconds = wholeNumber(terminal.environment, "DATABASE_WAIT_SECONDS", 30);
  const end = performance.now() + seconds * 1000;
  let nextLine = -Infinity;
  for (;;) {
    try {
      return void (await database.run({ sql: "SELECT 1", isWrite: false, isProbe: true }, []));
    } catch (error) {
      const now = performance.now();
      if (!(error instanceof DatabaseUnreachable) || !error.mayPass || now >= end) throw error;
      if (now >= nextLine) {
        terminal.complain(`${error.message} Waiting for it, ${Math.ceil((end - now) / 1000)} s at most.`);
        nextLine = now + secondsBetweenLines * 1000;
      }
      await wait(Math.min(pauseMilliseconds, end - now));
    }
  }
}
