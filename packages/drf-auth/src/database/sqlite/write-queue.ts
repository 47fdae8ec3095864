import { ServiceUnavailable } from "../../errors.ts";

interface Place {
  readonly enter: () => void;
  readonly expires?: NodeJS.Timeout;
}

/** Lets one writer at a time through, in the order of asking; who waits too long is told to come back. */
export class WriteQueue {
  readonly #waiting: Place[] = [];
  readonly #busySeconds: number;
  #isHeld = false;
  #closing: Promise<void> | undefined;

  constructor(busySeconds: number) {
    this.#busySeconds = busySeconds;
  }

  /**
   * Waits for the turn; `leave` must follow.
   *
   * @throws {ServiceUnavailable} when the turn does not come in time.
   */
  enter(): Promise<void> | undefined {
    if (this.#closing) throw new Error("The database is closed.");
    if (!this.#isHeld) {
      this.#isHeld = true;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const place: Place = {
        enter: resolve,
        expires: setTimeout(() => {
          this.#waiting.splice(this.#waiting.indexOf(place), 1);
          reject(databaseIsBusy(this.#busySeconds));
        }, this.#busySeconds * 1000),
      };
      this.#waiting.push(place);
    });
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (!next) {
      this.#isHeld = false;
      return;
    }
    clearTimeout(next.expires);
    next.enter();
  }

  /** Lets nobody in from now on; ends when those who asked before have left. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      if (this.#isHeld) this.#waiting.push({ enter: resolve });
      else resolve();
    });
    return this.#closing;
  }
}

/** The answer when the database stays locked. */
export function databaseIsBusy(busySeconds: number, cause?: unknown): ServiceUnavailable {
  return new ServiceUnavailable("The database is busy. Try again.", {
    retryAfterSeconds: Math.max(1, Math.ceil(busySeconds / 2)),
    cause,
  });
}
