/** What a worker tells its arbiter. */
export type WorkerMessage =
  | { readonly type: "drf-auth:ready" }
  /** Answered by `noMoreMessage`. */
  | { readonly type: "drf-auth:draining"; readonly isCrashed: boolean }
  /** The worker has the connection that was handed to it last. */
  | { readonly type: "drf-auth:taken" };

/** What the arbiter hands a connection over with. */
export const connectionMessage = "drf-auth:connection";

/** The arbiter hands over no more connections. */
export const noMoreMessage = "drf-auth:no-more";

const types: ReadonlySet<unknown> = new Set<WorkerMessage["type"]>([
  "drf-auth:ready",
  "drf-auth:draining",
  "drf-auth:taken",
]);

/** Tells the server's own messages from those that an application sends over the same channel. */
export function isWorkerMessage(message: unknown): message is WorkerMessage {
  return typeof message === "object" && message !== null && "type" in message && types.has(message.type);
}
