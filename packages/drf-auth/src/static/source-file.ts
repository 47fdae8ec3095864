import { lstat, readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import { isServableName } from "./file-name.ts";
import type { StaticFolder } from "./static-settings.ts";

/** A file that is kept in memory, such as the framework's own. */
export interface StaticAsset {
  /** Such as `css/app.css`. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** A file to collect. */
export interface SourceFile {
  /** Relative to its folder, with slashes. */
  readonly name: string;
  /** What messages call it. */
  readonly label: string;
  /** Whether it came with the framework. */
  readonly isOwn: boolean;
  readonly size: number;
  /** When it was changed, in milliseconds since 1970. */
  readonly changedAt: number;
  read(): Promise<Buffer>;
}

/** How many files and bytes are collected at most: a folder that was named by mistake is noticed early. */
export const sourceLimits = Object.freeze({
  files: 20_000,
  fileBytes: 256 * 1024 * 1024,
  totalBytes: 1024 * 1024 * 1024,
});

export interface FoundFiles {
  /** By name, in the order of names. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** What was left out or hidden by another, and why. */
  readonly notes: readonly string[];
}

/**
 * Finds the files of all folders and of memory; where two have one name, the later folder's is taken and it is said.
 *
 * @throws {ImproperlyConfigured} when it is more than `sourceLimits` allow.
 */
export async function findSourceFiles(
  assets: readonly StaticAsset[],
  folders: readonly StaticFolder[],
): Promise<FoundFiles> {
  const notes: string[] = [];
  const found = new Map<string, SourceFile>(assets.map((asset) => [asset.name, ownFile(asset)]));
  let totalBytes = 0;
  let count = found.size;
  const add = (file: SourceFile): void => {
    totalBytes += file.size;
    count += 1;
    if (count > sourceLimits.files || totalBytes > sourceLimits.totalBytes || file.size > sourceLimits.fileBytes) {
      throw new ImproperlyConfigured(tooMuch(file));
    }
    const hidden = found.get(file.name);
    if (hidden) notes.push(`${file.label} is taken instead of ${hidden.label}.`);
    found.set(file.name, file);
  };
  for (const folder of folders) await walk(folder, "", await realpathOf(folder.path), add, notes);
  return { files: new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1))), notes };
}

async function walk(
  folder: StaticFolder,
  inner: string,
  root: string | undefined,
  add: (file: SourceFile) => void,
  notes: string[],
): Promise<void> {
  if (root === undefined) return;
  const entries = await readdir(join(root, inner), { withFileTypes: true });
  // Systems list in an order of their own.
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = inner === "" ? entry.name : `${inner}/${entry.name}`;
    const label = `${folder.label}/${name}`;
    if (!isServableName(name)) {
      const isHidden = entry.name.startsWith(".");
      notes.push(`${label} is left out: ${isHidden ? "its name begins with a dot" : "no address can have its name"}.`);
    } else if (entry.isDirectory()) {
      await walk(folder, name, root, add, notes);
    } else {
      const path = await fileWithin(root, join(root, name));
      if (path === undefined) {
        notes.push(
          `${label} is left out: it is ${entry.isSymbolicLink() ? "a link, and to no file of its folder" : "no file"}.`,
        );
      } else {
        const { size, mtimeMs } = await stat(path);
        add({ name, label, isOwn: false, size, changedAt: mtimeMs, read: () => readFile(path) });
      }
    }
  }
}

/** The real path of a file that lies in a folder, links followed; undefined where it is no file or lies outside. */
export async function fileWithin(root: string, path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    return real.startsWith(root + sep) && (await lstat(real)).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}

/** The real path of a folder; undefined where there is none. */
export async function realpathOf(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).isDirectory() ? await realpath(path) : undefined;
  } catch {
    return undefined;
  }
}

function ownFile({ name, bytes }: StaticAsset): SourceFile {
  const read = () => Promise.resolve(bytes);
  return { name, label: `${name} of drf-auth`, isOwn: true, size: bytes.length, changedAt: 0, read };
}

function tooMuch({ label }: SourceFile): string {
  const mebibytes = (bytes: number) => `${bytes / 1024 / 1024} MiB`;
  return (
    `At ${label} the static files are more than can be collected: at most ${sourceLimits.files} files, ` +
    `${mebibytes(sourceLimits.fileBytes)} each and ${mebibytes(sourceLimits.totalBytes)} in all. Keep what is larger ` +
    "elsewhere, such as in a store for files, and see that settings.static.folders names the folders that you mean."
  );
}
