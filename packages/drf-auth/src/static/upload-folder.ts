import { lstat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { nameAt } from "./address-table.ts";
import { answer, type Warn } from "./answer.ts";
import { contentTypeOf } from "./content-type.ts";
import { isServableName } from "./file-name.ts";
import { askAlways, servedFile } from "./served-file.ts";
import { fileWithin, realpathOf } from "./source-file.ts";

/** What a browser shows without running any of it; anything else is offered to be kept as a file. */
const isShown = /^(?:image\/(?!svg)|audio\/|video\/|text\/plain)/;

/** A folder of files that users sent, served as they are: nothing in them runs in the name of this site. */
export class UploadFolder {
  readonly #folder: string;
  readonly #url: string;
  readonly #warn: Warn;

  constructor(folder: string, url: string, warn: Warn) {
    this.#folder = folder;
    this.#url = url;
    this.#warn = warn;
  }

  /** Answers a request for a file; false where there is none at its address. */
  answer(request: IncomingMessage, response: ServerResponse): boolean | Promise<boolean> {
    const name = nameAt(request.url ?? "/", this.#url);
    return name !== undefined && isServableName(name) && this.#answer(name, request, response);
  }

  async #answer(name: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const root = await realpathOf(this.#folder);
    const path = root === undefined ? undefined : await fileWithin(root, join(root, name));
    if (path === undefined) return false;
    const { size, mtimeMs, ino } = await lstat(path);
    const type = contentTypeOf(name);
    const file = servedFile({
      type,
      hash: `${ino.toString(36)}-${size.toString(36)}-${Math.round(mtimeMs).toString(36)}`,
      cacheControl: askAlways,
      identity: { path, size },
      headers: {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        ...(!isShown.test(type) && { "Content-Disposition": "attachment" }),
      },
    });
    answer(request, response, file, this.#warn);
    return true;
  }
}
