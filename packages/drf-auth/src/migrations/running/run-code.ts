import { setImmediate } from "node:timers/promises";

/** Runs code of a migration, and has what it did not await and failed be its failure, where it would end the process. */
export async function runCode(work: () => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  const note = (reason: unknown): void => void failures.push(reason);
  process.on("unhandledRejection", note);
  try {
    await work();
    // Node tells of what nobody waits for when all else is done.
    await setImmediate();
  } catch (error) {
    await setImmediate();
    throw failures.length > 0 ? notAwaited(failures[0]) : error;
  } finally {
    process.off("unhandledRejection", note);
  }
  if (failures.length > 0) throw notAwaited(failures[0]);
}

function notAwaited(cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Error(`it does not await everything that it begins, and something of that failed: ${why}`, { cause });
}
