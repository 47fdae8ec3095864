import { posix } from "node:path";
import { decodeName, encodeName } from "./file-name.ts";

/** What an address in a file means, where it means a file of ours. */
export interface Reference {
  readonly name: string;
  /** The query and fragment, which stay as they are. */
  readonly suffix: string;
  /** Whether it is written from the root of the site. */
  readonly isAbsolute: boolean;
}

const elsewhere = /^(?:[a-z][a-z0-9+.-]*:|\/\/|$)/i;

/** Reads an address that stands in the file `from`; undefined where it leads to another site or nowhere. */
export function readReference(address: string, from: string, url: string): Reference | undefined {
  const [, path = "", suffix = ""] = /^([^?#]*)([^]*)$/.exec(address) ?? [];
  if (elsewhere.test(path)) return undefined;
  const isAbsolute = path.startsWith("/");
  if (isAbsolute && !path.startsWith(url)) return undefined;
  const name = decodeName(isAbsolute ? path.slice(url.length) : posix.join(posix.dirname(from), path));
  return name === undefined ? undefined : { name: posix.normalize(name), suffix, isAbsolute };
}

/** Writes the address of a file as it may stand in quotes, or bare, in the file `from`. */
export function writeReference({ suffix, isAbsolute }: Reference, target: string, from: string, url: string): string {
  const path = isAbsolute ? url + encodeName(target) : encodeName(posix.relative(posix.dirname(from), target));
  return (path + suffix).replace(/[\s"'()\\]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
