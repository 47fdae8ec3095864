import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Where the files of one request lie until it is answered: a folder of their own, which nobody else may read. */
export class ReceivedFiles {
  readonly #discarding = new AbortController();
  readonly #taken: Promise<unknown>[] = [];
  #folder: Promise<string> | undefined;

  /** Writes what comes to the disk as it comes. */
  take(stream: Readable): Promise<{ readonly path: string; readonly size: number }> {
    this.#folder ??= mkdtemp(join(tmpdir(), "drf-auth-"));
    const taken = this.#write(stream, this.#folder, String(this.#taken.length + 1));
    this.#taken.push(taken);
    return taken;
  }

  /** Removes what nobody has moved elsewhere. */
  async discard(): Promise<void> {
    if (!this.#folder) return;
    this.#discarding.abort();
    // A file that is opened while its folder is removed would stay, and the folder with it.
    await Promise.allSettled(this.#taken);
    await rm(await this.#folder, { recursive: true, force: true });
  }

  async #write(stream: Readable, folder: Promise<string>, name: string) {
    const path = join(await folder, name);
    const { signal } = this.#discarding;
    signal.throwIfAborted();
    const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
    const closed = new Promise<void>((resolve) => void file.once("close", resolve));
    try {
      await pipeline(stream, file, { signal });
    } finally {
      await closed;
    }
    return { path, size: file.bytesWritten };
  }
}
