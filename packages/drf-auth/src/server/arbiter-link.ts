import cluster from "node:cluster";

import type { WorkerMessage } from "./worker-message.ts";

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

  /** Calls the listener when the arbiter is gone, and keeps Node from ending the process at that moment. */
  onceGone(listener: () => void): void {
    if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;
    process.once("disconnect", listener);
  }
}
