import { constants } from "node:fs";
import { chmod, copyFile, link, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { UploadedFile } from "../http/index.ts";
import type { Storage } from "./storage.ts";
import { isNameWithin, otherName } from "./stored-name.ts";

/** Files in a folder of this machine, as Django's FileSystemStorage. */
export class FolderStorage implements Storage {
  readonly folder: string;
  /** The path under which the folder is served, with a slash at its end. */
  readonly url: string;

  constructor(folder: string, url: string) {
    this.folder = folder;
    this.url = url;
  }

  async save(wanted: string, file: UploadedFile, maxLength: number): Promise<string> {
    let name = [...wanted].length > maxLength ? otherName(wanted, maxLength) : wanted;
    for (;;) {
      const path = this.#pathOf(name);
      await mkdir(dirname(path), { recursive: true });
      if (await isPlacedAt(path, file)) {
        await chmod(path, 0o644);
        return name;
      }
      name = otherName(wanted, maxLength);
    }
  }

  async delete(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true });
  }

  urlOf(name: string): string {
    return this.url + name.split("/").map(encodeURIComponent).join("/");
  }

  #pathOf(name: string): string {
    if (!isNameWithin(name)) throw new TypeError(`"${name}" is no name of a stored file.`);
    return join(this.folder, name);
  }
}

/** Puts a file in its place unless another is there; tells whether it did. */
async function isPlacedAt(path: string, file: UploadedFile): Promise<boolean> {
  try {
    // A link takes no time, however large the file is; it is not possible from one disk to another.
    await link(file.path, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST" || error.code === "ENOENT") throw error;
      return copyFile(file.path, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
