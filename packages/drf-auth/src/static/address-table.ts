import { decodeName, encodeName, isServableName } from "./file-name.ts";
import type { ServedFile } from "./served-file.ts";

const longestAddress = 4096;

/** The name that an address under a path means, its query left out; undefined where none can be meant. */
export function nameAt(address: string, url: string): string | undefined {
  if (!address.startsWith(url) || address.length > longestAddress) return undefined;
  const mark = address.indexOf("?");
  const name = decodeName(address.slice(url.length, mark === -1 ? undefined : mark));
  return name !== undefined && isServableName(name) ? name : undefined;
}

/** The files that are served, by address: what is not in it cannot be reached. */
export class AddressTable {
  readonly #url: string;
  readonly #files = new Map<string, ServedFile>();

  /** `url` is the path under which files are served. */
  constructor(url: string) {
    this.#url = url;
  }

  /** Serves a file under a name and gives its address. */
  add(name: string, file: ServedFile): string {
    const address = this.#url + encodeName(name);
    this.#files.set(address, file);
    return address;
  }

  /** The file at the address of a request. */
  find(address: string): ServedFile | undefined {
    const found = this.#files.get(address);
    if (found) return found;
    // Written another way, or with a query; whatever the path says, only a name in the table is found.
    const name = nameAt(address, this.#url);
    return name === undefined ? undefined : this.#files.get(this.#url + encodeName(name));
  }
}
