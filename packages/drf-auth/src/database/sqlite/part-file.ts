import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, openSync, renameSync, rmSync } from "node:fs";
import { ImproperlyConfigured } from "../../errors.ts";

const endings = ["", "-journal", "-wal", "-shm"] as const;
/** Without SIGHUP, which `nohup` has ignored: to listen would be to end by it. */
const signals = ["SIGINT", "SIGTERM"] as const;

/** A database that is written under a name beside its own, by one user alone, and is gone where it is not finished, by a signal too. */
export class PartFile implements Disposable {
  readonly path: string;
  readonly #finished: string;

  /** @throws {ImproperlyConfigured} when nothing can be written there. */
  constructor(finished: string) {
    this.#finished = finished;
    this.path = `${finished}.${randomBytes(4).toString("hex")}.part`;
    written(finished, () => closeSync(openSync(this.path, "wx", 0o600)));
    for (const signal of signals) process.on(signal, this.#stop);
  }

  /**
   * Gives it its name, and says who may read and write it.
   *
   * @throws {ImproperlyConfigured} when a file of that name has come meanwhile: it stays as it is.
   */
  finish(mode: number): void {
    written(this.#finished, () => {
      // A name is moved to whatever is there: only what is made as new is our own.
      closeSync(openSync(this.#finished, "wx", 0o600));
      try {
        chmodSync(this.path, mode);
        renameSync(this.path, this.#finished);
      } catch (error) {
        rmSync(this.#finished);
        throw error;
      }
    });
  }

  [Symbol.dispose](): void {
    for (const signal of signals) process.off(signal, this.#stop);
    for (const ending of endings) rmSync(this.path + ending, { force: true });
  }

  readonly #stop = (signal: NodeJS.Signals): void => {
    this[Symbol.dispose]();
    // Where nobody else heard it, the process ends as it would have without us.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
}

function written(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw isThere(path);
    throw new ImproperlyConfigured(
      `${path} cannot be written: ${message}. Its folder must exist and be writable by this user.`,
      { cause: error },
    );
  }
}

/** The error of a file that would be written over. */
export function isThere(path: string): ImproperlyConfigured {
  return new ImproperlyConfigured(`${path} is there already: name another file.`);
}
