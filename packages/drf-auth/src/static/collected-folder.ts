import { lstat, mkdir, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CollectedFile } from "./collect.ts";
import { type Coding, codings, compress } from "./compress.ts";
import { type Manifest, type ManifestEntry, manifestName, readManifest } from "./manifest.ts";

/** How the file of a coding is called beside the plain one, as other servers look for it. */
export const codingEnds: Readonly<Record<Coding, string>> = Object.freeze({ br: ".br", gzip: ".gz" });

export interface FinishedFolder {
  readonly manifest: Manifest;
  /** How many files were removed. */
  readonly removed: number;
}

/** The folder that collected files are written to: what is there already, by its content, is not made again. */
export class CollectedFolder {
  readonly #root: string;
  readonly #known: ReadonlyMap<string, ManifestEntry>;
  readonly #entries = new Map<string, ManifestEntry>();

  private constructor(root: string, manifest: Manifest | undefined) {
    this.#root = root;
    const entries = manifest ? [...manifest.older, ...manifest.files] : [];
    this.#known = new Map(entries.map((entry) => [entry.file, entry]));
  }

  /** @throws {ImproperlyConfigured} when its manifest cannot be read. */
  static async open(root: string): Promise<CollectedFolder> {
    return new CollectedFolder(root, await readManifest(root));
  }

  /** Whether a file is there as it is to be, and compressed. */
  async has({ hashedName, hash }: CollectedFile): Promise<boolean> {
    const known = this.#known.get(hashedName);
    return known?.hash === hash && (await this.#isWhole(known));
  }

  /** Writes a file and its codings; tells whether that was needed. */
  async keep(file: CollectedFile, bytes: Buffer): Promise<boolean> {
    const { name, hashedName, type, size, hash, isOwn } = file;
    const known = this.#known.get(hashedName);
    if (known && (await this.has(file))) {
      this.#entries.set(hashedName, { ...known, name, isOwn });
      return false;
    }
    const packed = await compress(bytes, type);
    const path = join(this.#root, hashedName);
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, bytes);
    const sizes: Partial<Record<Coding, number>> = {};
    for (const coding of codings) {
      const content = packed.get(coding);
      if (content) await writeWhole(path + codingEnds[coding], content);
      else await rm(path + codingEnds[coding], { force: true });
      if (content) sizes[coding] = content.length;
    }
    this.#entries.set(hashedName, { name, file: hashedName, type, size, hash, isOwn, codings: sizes });
    return true;
  }

  /**
   * Writes the manifest, last of all: a server that starts meanwhile reads the one before. What earlier builds left
   * stays, or is removed; what no manifest names is never touched.
   */
  async finish({ isCleared }: { readonly isCleared: boolean }): Promise<FinishedFolder> {
    const files = [...this.#entries.values()].sort(byName);
    const left = [...this.#known.values()].filter(({ file }) => !this.#entries.has(file));
    const older: ManifestEntry[] = [];
    for (const entry of left) if (!isCleared && (await this.#isWhole(entry))) older.push(entry);
    const manifest: Manifest = { version: 1, files, older: older.sort(byName) };
    await mkdir(this.#root, { recursive: true });
    await writeWhole(join(this.#root, manifestName), `${JSON.stringify(manifest, undefined, 1)}\n`);
    const gone = isCleared ? left : [];
    for (const entry of gone) await this.#remove(entry);
    return { manifest, removed: gone.length };
  }

  async #isWhole({ file, size, codings: kept }: ManifestEntry): Promise<boolean> {
    const path = join(this.#root, file);
    if (!(await hasSize(path, size))) return false;
    for (const coding of codings) {
      const bytes = kept[coding];
      if (bytes !== undefined && !(await hasSize(path + codingEnds[coding], bytes))) return false;
    }
    return true;
  }

  async #remove({ file }: ManifestEntry): Promise<void> {
    const path = join(this.#root, file);
    for (const end of ["", ...Object.values(codingEnds)]) await rm(path + end, { force: true });
    for (let folder = dirname(path); folder !== this.#root; folder = dirname(folder)) {
      if ((await readdir(folder)).length > 0) return;
      await rmdir(folder);
    }
  }
}

async function hasSize(path: string, size: number): Promise<boolean> {
  try {
    const found = await lstat(path);
    return found.isFile() && found.size === size;
  } catch {
    return false;
  }
}

/** Writes a file so that it is there as a whole or not at all. */
async function writeWhole(path: string, content: Buffer | string): Promise<void> {
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function byName(a: ManifestEntry, b: ManifestEntry): number {
  return a.file < b.file ? -1 : 1;
}
