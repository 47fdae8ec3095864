import { HitCounter, type HitStore } from "./hit-counter.ts";
import type { Log } from "./log.ts";
import { type HitAnswer, type HitQuestion, isHitAnswer } from "./worker-message.ts";

/** An arbiter that does not answer for so long is not waited for: requests are worth more than an exact count. */
const longestAnswerMilliseconds = 1000;

/**
 * Counts hits in the arbiter, for all its workers together; a process without an arbiter counts its own. Where the
 * arbiter does not answer, the worker counts alone for that hit, and says so once.
 */
export function sharedHits(log: Log): HitStore {
  if (process.send === undefined) return new HitCounter();
  const own = new HitCounter();
  const waiting = new Map<number, (answer: HitAnswer) => void>();
  let questions = 0;
  let hasWarned = false;
  process.on("message", (message: unknown) => {
    if (isHitAnswer(message)) waiting.get(message.id)?.(message);
  });
  const alone = (key: string, limit: number, periodSeconds: number): number | undefined => {
    if (!hasWarned)
      log({ level: "warn", message: "The arbiter does not answer: this worker throttles by its own count." });
    hasWarned = true;
    return own.hit(key, limit, periodSeconds);
  };
  return {
    hit: (key, limit, periodSeconds) => {
      if (!process.connected || process.send === undefined) return alone(key, limit, periodSeconds);
      questions += 1;
      const id = questions;
      return new Promise((resolve) => {
        const settle = (seconds: number | undefined): void => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(seconds);
        };
        const timer = setTimeout(() => settle(alone(key, limit, periodSeconds)), longestAnswerMilliseconds);
        waiting.set(id, ({ waitSeconds }) => settle(waitSeconds ?? undefined));
        const question: HitQuestion = { type: "drf-auth:hit", id, key, limit, periodSeconds };
        process.send?.(question, undefined, undefined, (error) => {
          if (error) settle(alone(key, limit, periodSeconds));
        });
      });
    },
  };
}
