import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { nameAt } from "./address-table.ts";
import { answer, type Warn } from "./answer.ts";
import { contentTypeOf } from "./content-type.ts";
import { isServableName } from "./file-name.ts";
import { askAlways, type ServedFile, servedFile } from "./served-file.ts";
import { fileWithin, realpathOf } from "./source-file.ts";
import type { StaticFolder, StaticPlaces } from "./static-settings.ts";

/** What is larger is sent from the disk and told apart by its size and time. */
const maxHashedBytes = 16 * 1024 * 1024;

/** Folders that are served as they are at each request, for the person who writes what is in them. */
export class LiveFolders {
  /** The later folder first, as it is taken when files are collected. */
  readonly #folders: readonly StaticFolder[];
  readonly #url: string;
  readonly #warn: Warn;

  constructor({ folders, url }: StaticPlaces, warn: Warn) {
    this.#folders = folders.toReversed();
    this.#url = url;
    this.#warn = warn;
  }

  /** Whether a folder has a file of a name now. */
  hasSync(name: string): boolean {
    return isServableName(name) && this.#folders.some(({ path }) => existsSync(join(path, name)));
  }

  /** Answers a request for a file; false where there is none at its address. */
  answer(request: IncomingMessage, response: ServerResponse): boolean | Promise<boolean> {
    const name = nameAt(request.url ?? "/", this.#url);
    return name === undefined ? false : this.#answer(name, request, response);
  }

  async #answer(name: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    try {
      const file = await this.#find(name);
      if (file) answer(request, response, file, this.#warn);
      return file !== undefined;
    } catch (error) {
      this.#warn({ err: error, name }, "A static file could not be read");
      return false;
    }
  }

  async #find(name: string): Promise<ServedFile | undefined> {
    for (const folder of this.#folders) {
      const root = await realpathOf(folder.path);
      const path = root === undefined ? undefined : await fileWithin(root, join(root, name));
      if (path === undefined) continue;
      const { size, mtimeMs } = await stat(path);
      const identity = size > maxHashedBytes ? { path, size } : await readFile(path);
      const content = Buffer.isBuffer(identity) ? identity : `${path} ${size} ${mtimeMs}`;
      const hash = createHash("sha256").update(content).digest("hex");
      return servedFile({ type: contentTypeOf(name), hash, cacheControl: askAlways, identity });
    }
    return undefined;
  }
}
