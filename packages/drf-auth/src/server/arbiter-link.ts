import cluster from "node:cluster";

import { farewell } from "./worker-message.ts";
import type { WorkerMessage } from "./worker-message.ts";

/** An arbiter that is too busy to answer must not hold its worker back. */
const longestFarewellMilliseconds = 1000;

/** A worker's side of the channel to its arbiter. */
export class ArbiterLink {
  /** Returns the link of this process, or undefined when it runs without an arbiter. */
  static open(): ArbiterLink | undefined {
    return cluster.isWorker && process.connected ? new ArbiterLink() : undefined;
  }

  /** Resolves when the message is on its way, or can no longer be sent. */
  send(message: WorkerMessage): Promise<void> {
    return new Promise((resolve) => {
      if (process.send === undefined || !process.connected) return resolve();
      process.send(message, undefined, undefined, () => resolve());
    });
  }

  /**
   * Resolves when the arbiter hands over no more connections: one that is on its way to a process that ends is never
   * answered, while one that a living process turns down goes to another worker.
   */
  async leave(): Promise<void> {
    const answered = Promise.withResolvers<void>();
    const hear = (message: unknown) => {
      if (message === farewell) answered.resolve();
    };
    process.on("message", hear);
    process.once("disconnect", answered.resolve);
    const timer = setTimeout(answered.resolve, longestFarewellMilliseconds);
    await this.send({ type: "drf-auth:leaving" });
    if (process.connected) await answered.promise;
    clearTimeout(timer);
    process.removeListener("message", hear);
  }

  /** Calls the listener when the arbiter is gone, and keeps Node from ending the process at that moment. */
  onceGone(listener: () => void): void {
    if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;
    process.once("disconnect", listener);
  }
}
