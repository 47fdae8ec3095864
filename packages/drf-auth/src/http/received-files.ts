import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Where the files of one request lie until it is answered: a folder of their own, which nobody else may read. */
export class ReceivedFiles {
  #folder: Promise<string> | undefined;
  #count = 0;

  /** Writes what comes to the disk as it comes. */
  async take(stream: Readable): Promise<{ readonly path: string; readonly size: number }> {
    this.#folder ??= mkdtemp(join(tmpdir(), "drf-auth-"));
    const number = (this.#count += 1);
    const file = createWriteStream(join(await this.#folder, String(number)), { flags: "wx", mode: 0o600 });
    await pipeline(stream, file);
    return { path: String(file.path), size: file.bytesWritten };
  }

  /** Removes what nobody has moved elsewhere. */
  async discard(): Promise<void> {
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true });
  }
}
