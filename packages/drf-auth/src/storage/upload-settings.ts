import { resolve } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import { resolveOptions } from "../settings.ts";
import { FolderStorage } from "./folder-storage.ts";
import type { Storage } from "./storage.ts";

export interface UploadSettings {
  /** Where files are kept, relative to the application. As Django's MEDIA_ROOT. */
  readonly folder: string;
  /** The path under which that folder is served. As Django's MEDIA_URL. */
  readonly url: string;
  /** Keeps files elsewhere; the folder is not used then, and nothing is served. */
  readonly storage: Storage | undefined;
}

export const uploadDefaults: UploadSettings = Object.freeze({ folder: "media", url: "/media/", storage: undefined });

/**
 * Makes the storage that settings describe.
 *
 * @throws {ImproperlyConfigured} when the address is no path with slashes at its ends.
 */
export function storageOf(given: Partial<UploadSettings>, applicationFolder: string): Storage {
  const { folder, url, storage } = resolveOptions("settings.uploads", uploadDefaults, given);
  if (storage) return storage;
  if (!/^\/(?:[\w.-]+\/)+$/.test(url)) {
    throw new ImproperlyConfigured(`settings.uploads.url is "${url}": it must be a path such as "/media/".`);
  }
  return new FolderStorage(resolve(applicationFolder, folder), url);
}
