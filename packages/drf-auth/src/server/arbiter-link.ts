import type { Socket } from "node:net";

import { connectionMessage, noMoreMessage } from "./worker-message.ts";
import type { WorkerMessage } from "./worker-message.ts";

/** An arbiter that is too busy to answer must not hold its worker back. */
const longestReleaseMilliseconds = 2000;

/** A worker's side of the channel to its arbiter. */
export class ArbiterLink {
  /** Resolves when the message is on its way, or can no longer be sent. */
  send(message: WorkerMessage): Promise<void> {
    return new Promise((resolve) => {
      if (process.send === undefined || !process.connected) return resolve();
      process.send(message, undefined, undefined, () => resolve());
    });
  }

  /** Calls the listener with every connection that the arbiter hands over. */
  onConnection(listener: (connection: Socket) => void): void {
    process.on("message", (message: unknown, connection?: Socket) => {
      if (message !== connectionMessage) return;
      // Said before anything is read: until then the arbiter may give the connection to another worker.
      void this.send({ type: "drf-auth:taken" });
      // A client may have gone while its connection was on its way.
      if (connection !== undefined) listener(connection);
    });
  }

  /** Tells the arbiter that this worker drains, and resolves when it hands over no more connections. */
  async release(isCrashed: boolean): Promise<void> {
    const released = Promise.withResolvers<void>();
    const hear = (message: unknown) => {
      if (message === noMoreMessage) released.resolve();
    };
    process.on("message", hear);
    process.once("disconnect", released.resolve);
    const timer = setTimeout(released.resolve, longestReleaseMilliseconds);
    await this.send({ type: "drf-auth:draining", isCrashed });
    if (process.connected) await released.promise;
    clearTimeout(timer);
    process.removeListener("message", hear);
  }

  /** Calls the listener when the arbiter is gone. */
  onceGone(listener: () => void): void {
    if (process.connected) process.once("disconnect", listener);
    else setImmediate(listener);
  }
}
