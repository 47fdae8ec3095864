import { ServiceUnavailable } from "../../errors.ts";

export interface HashQueueOptions {
  /** How many hashes run at a time. */
  readonly concurrency: number;
  /** How many more may wait for their turn. */
  readonly maxQueued: number;
  /** What a refused caller is told in Retry-After, in seconds. */
  readonly retryAfterSeconds: number;
}

export interface HashQueue {
  readonly running: number;
  readonly waiting: number;
  /** Runs a task in its turn, first come first served; throws `ServiceUnavailable` where too many wait already. */
  run<Result>(task: () => Promise<Result>): Promise<Result>;
}

/**
 * Creates the queue that bounds how many password hashes run at a time in one worker.
 *
 * Hashes share Node's pool of threads with file reads and name look-ups: without a bound, a burst of logins holds all
 * of its threads, and as much memory as there are logins.
 */
export function createHashQueue({ concurrency, maxQueued, retryAfterSeconds }: HashQueueOptions): HashQueue {
  const turns: (() => void)[] = [];
  let running = 0;

  return {
    get running() {
      return running;
    },
    get waiting() {
      return turns.length;
    },
    async run(task) {
      if (running < concurrency) {
        running += 1;
      } else {
        if (turns.length >= maxQueued) throw new ServiceUnavailable(undefined, { retryAfterSeconds });
        // Whoever ends hands its place over without giving it back, so that no newcomer gets between.
        await new Promise<void>((resolve) => turns.push(resolve));
      }
      try {
        return await task();
      } finally {
        const next = turns.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
