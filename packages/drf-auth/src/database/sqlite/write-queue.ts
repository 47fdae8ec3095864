import { ServiceUnavailable } from "../../errors.ts";

/** Lets one writer at a time through, in the order of asking; who waits too long is told to come back. */
export class WriteQueue {
  readonly #waiting: { enter: () => void; expires: NodeJS.Timeout }[] = [];
  #isHeld = false;
  readonly #busySeconds: number;

  constructor(busySeconds: number) {
    this.#busySeconds = busySeconds;
  }

  /** Waits for the turn; `leave` must follow. */
  enter(): Promise<void> | undefined {
    if (!this.#isHeld) {
      this.#isHeld = true;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const place = {
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
}

/** The answer when the database stays locked. */
export function databaseIsBusy(busySeconds: number, cause?: unknown): ServiceUnavailable {
  return new ServiceUnavailable("The database is busy. Try again.", {
    retryAfterSeconds: Math.max(1, Math.ceil(busySeconds / 2)),
    cause,
  });
}
