import type { IncomingMessage, ServerResponse } from "node:http";
import { ImproperlyConfigured } from "../errors.ts";
import { AddressTable, nameAt } from "./address-table.ts";
import { answer, type Warn } from "./answer.ts";
import { collect } from "./collect.ts";
import { type Coding, codings, compress } from "./compress.ts";
import { codingEnds } from "./collected-folder.ts";
import { encodeName } from "./file-name.ts";
import { LiveFolders } from "./live-folders.ts";
import { type ManifestEntry, readManifest } from "./manifest.ts";
import { askAgain, askAlways, forever, servedFile, type ServedFileOptions } from "./served-file.ts";
import { findSourceFiles, type StaticAsset } from "./source-file.ts";
import type { StaticPlaces } from "./static-settings.ts";
import { StoredBytes } from "./stored-bytes.ts";

/** The static files of an application, ready to be served. */
export interface StaticFiles {
  /** The address of a file by its name, such as `css/app.css`: with the hash of its content where that is known. */
  urlOf(name: string): string;
  /** Answers a request for a file; false where there is none at its address. */
  answer(request: IncomingMessage, response: ServerResponse): boolean | Promise<boolean>;
}

export interface StaticFilesOptions {
  readonly places: StaticPlaces;
  /** The framework's own files, which are served from memory. */
  readonly assets: readonly StaticAsset[];
  /** Whether the folders are served as they are, instead of what was collected of them. */
  readonly isDevelopment: boolean;
  /** Takes what the log should know. */
  readonly warn: Warn;
}

/**
 * Loads what `drf-auth collectstatic` has written, or in development the folders themselves.
 *
 * @throws {ImproperlyConfigured} when the collected folder is not what its manifest says.
 */
export async function loadStaticFiles(options: StaticFilesOptions): Promise<StaticFiles> {
  const { places, assets, isDevelopment, warn } = options;
  const table = new AddressTable(places.url);
  const addresses = await addAssets(table, assets, places.url);
  const unknown = new Set<string>();
  if (isDevelopment) {
    const live = new LiveFolders(places, warn);
    return {
      urlOf: (name) => (live.hasSync(name) ? undefined : addresses.get(name)) ?? places.url + encodeName(name),
      answer: (request, response) => {
        const name = nameAt(request.url ?? "/", places.url);
        const file = name !== undefined && live.hasSync(name) ? undefined : table.find(request.url ?? "/");
        if (!file) return live.answer(request, response);
        answer(request, response, file, warn);
        return true;
      },
    };
  }
  const manifest = await readManifest(places.root);
  if (manifest) {
    const stored = new StoredBytes(places.root);
    for (const entry of manifest.older) table.add(entry.file, servedFile(await load(entry, stored, forever)));
    for (const entry of manifest.files) {
      const loaded = await load(entry, stored, forever);
      const address = table.add(entry.file, servedFile(loaded));
      // The framework's own come from this version of it, whichever was collected.
      if (entry.isOwn) continue;
      addresses.set(entry.name, address);
      table.add(entry.name, servedFile({ ...loaded, cacheControl: plainCacheControl(entry.type) }));
    }
  }
  return {
    urlOf: (name) => {
      const address = addresses.get(name);
      if (address !== undefined) return address;
      // Said once: a name that is wrong is asked for by every request of its page.
      if (unknown.size < 100 && !unknown.has(name)) {
        unknown.add(name);
        warn(
          { name },
          "A static file has no address: nothing of this name was collected. Run npx drf-auth collectstatic",
        );
      }
      return places.url + encodeName(name);
    },
    answer: (request, response) => {
      const file = table.find(request.url ?? "/");
      if (!file) return false;
      answer(request, response, file, warn);
      return true;
    },
  };
}

/** Serves files from memory and gives their addresses by name. */
async function addAssets(
  table: AddressTable,
  assets: readonly StaticAsset[],
  url: string,
): Promise<Map<string, string>> {
  const addresses = new Map<string, string>();
  const { files } = await findSourceFiles(assets, []);
  await collect(files, {
    url,
    note: (line) => {
      throw new ImproperlyConfigured(line);
    },
    keep: async ({ name, hashedName, type, hash }, identity) => {
      const file = { type, hash, identity, packed: await compress(identity, type) };
      addresses.set(name, table.add(hashedName, servedFile({ ...file, cacheControl: forever })));
      table.add(name, servedFile({ ...file, cacheControl: plainCacheControl(type) }));
    },
  });
  return addresses;
}

async function load(entry: ManifestEntry, stored: StoredBytes, cacheControl: string): Promise<ServedFileOptions> {
  const { file, type, hash, size } = entry;
  const packed = new Map<Coding, Awaited<ReturnType<StoredBytes["load"]>>>();
  // The codings first: they are what nearly everyone asks for.
  for (const coding of codings) {
    const bytes = entry.codings[coding];
    if (bytes !== undefined) packed.set(coding, await stored.load(file + codingEnds[coding], bytes));
  }
  return { type, hash, cacheControl, packed, identity: await stored.load(file, size) };
}

/** A page is asked for anew each time; what stands in it may be a minute old under its plain name. */
function plainCacheControl(type: string): string {
  return type.startsWith("text/html") ? askAlways : askAgain;
}
