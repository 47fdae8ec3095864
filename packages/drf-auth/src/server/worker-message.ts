/** What a worker tells its arbiter. */
export type WorkerMessage =
  | { readonly type: "drf-auth:ready" }
  /** Answered by `noMoreMessage`. */
  | { readonly type: "drf-auth:draining"; readonly isCrashed: boolean }
  /** The worker has the connection that was handed to it last. */
  | { readonly type: "drf-auth:taken" }
  | HitQuestion;

/** A hit that the arbiter counts for all workers; answered by a `HitAnswer`. */
export interface HitQuestion {
  readonly type: "drf-auth:hit";
  readonly id: number;
  readonly key: string;
  readonly limit: number;
  readonly periodSeconds: number;
}

/** Whether a hit counted: null, or how long to wait, in seconds. */
export interface HitAnswer {
  readonly type: "drf-auth:hit-answer";
  readonly id: number;
  readonly waitSeconds: number | null;
}

export function isHitAnswer(message: unknown): message is HitAnswer {
  return typeof message === "object" && message !== null && "type" in message && message.type === "drf-auth:hit-answer";
}

/** What the arbiter hands a connection over with. */
export const connectionMessage = "drf-auth:connection";

/** The arbiter hands over no more connections. */
export const noMoreMessage = "drf-auth:no-more";

const types: ReadonlySet<unknown> = new Set<WorkerMessage["type"]>([
  "drf-auth:ready",
  "drf-auth:draining",
  "drf-auth:taken",
  "drf-auth:hit",
]);

/** Tells the server's own messages from those that an application sends over the same channel. */
export function isWorkerMessage(message: unknown): message is WorkerMessage {
  return typeof message === "object" && message !== null && "type" in message && types.has(message.type);
}
