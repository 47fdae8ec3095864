import type { ListeningAddress } from "./listen.ts";

/** What a worker tells its arbiter. */
export type WorkerMessage =
  | { readonly type: "drf-auth:ready"; readonly address: ListeningAddress }
  | { readonly type: "drf-auth:draining" }
  | { readonly type: "drf-auth:cannot-listen"; readonly reason: string }
  /** The worker accepts no more connections. Answered by `farewell`. */
  | { readonly type: "drf-auth:leaving" };

/** The arbiter's answer to a worker that leaves. What it handed over before has arrived before. */
export const farewell = "drf-auth:farewell";

const types: ReadonlySet<unknown> = new Set<WorkerMessage["type"]>([
  "drf-auth:ready",
  "drf-auth:draining",
  "drf-auth:cannot-listen",
  "drf-auth:leaving",
]);

/** Tells the server's own messages from those that an application sends over the same channel. */
export function isWorkerMessage(message: unknown): message is WorkerMessage {
  return typeof message === "object" && message !== null && "type" in message && types.has(message.type);
}
