import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import type { FileOnDisk } from "./served-file.ts";

/** What each worker keeps in memory at most; larger files, and those for which there is no room, stay on the disk. */
export const memoryLimits = Object.freeze({ fileBytes: 1024 * 1024, totalBytes: 64 * 1024 * 1024 });

/** Loads the files of a collected folder into memory as long as there is room. */
export class StoredBytes {
  readonly #root: string;
  readonly #limits: typeof memoryLimits;
  #used = 0;

  constructor(root: string, limits: typeof memoryLimits = memoryLimits) {
    this.#root = root;
    this.#limits = limits;
  }

  /** @throws {ImproperlyConfigured} when the file is not there in that size. */
  async load(name: string, size: number): Promise<Buffer | FileOnDisk> {
    const path = join(this.#root, name);
    try {
      const isKept = size <= this.#limits.fileBytes && this.#used + size <= this.#limits.totalBytes;
      const found = await lstat(path);
      const bytes = isKept && found.isFile() ? await readFile(path) : undefined;
      if (found.isFile() && (bytes?.length ?? found.size) === size) {
        this.#used += bytes?.length ?? 0;
        return bytes ?? { path, size };
      }
    } catch (error) {
      throw new ImproperlyConfigured(`${path} cannot be read: ${(error as Error).message}. ${whatToRun}`, {
        cause: error,
      });
    }
    throw new ImproperlyConfigured(`${path} is not the file that was collected. ${whatToRun}`);
  }
}

const whatToRun = "Run npx drf-auth collectstatic anew.";
