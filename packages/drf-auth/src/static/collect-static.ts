import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import { collect, type CollectedFile } from "./collect.ts";
import { CollectedFolder } from "./collected-folder.ts";
import { type Manifest, manifestName, readManifest } from "./manifest.ts";
import { findSourceFiles, realpathOf, type StaticAsset } from "./source-file.ts";
import type { StaticPlaces } from "./static-settings.ts";

export interface CollectStaticOptions {
  readonly places: StaticPlaces;
  /** The framework's own files. */
  readonly assets: readonly StaticAsset[];
  /** Whether nothing is written. */
  readonly isDryRun: boolean;
  /** Whether the files of earlier builds are removed. */
  readonly isCleared: boolean;
  /** Takes what should be known and is no error. */
  note(line: string): void;
  /** Called after each file. */
  onFile?(done: number, total: number): void;
}

export interface CollectedStatic {
  /** The files of this build. */
  readonly files: readonly CollectedFile[];
  /** Those that were not there yet. */
  readonly added: readonly CollectedFile[];
  /** What stands in the folder now; undefined where nothing was written. */
  readonly manifest: Manifest | undefined;
  readonly removed: number;
}

/**
 * Collects static files into the folder that is served in production.
 *
 * @throws {ImproperlyConfigured} when a named folder is not there, or the files refer to each other wrongly.
 */
export async function collectStatic(options: CollectStaticOptions): Promise<CollectedStatic> {
  const { places, assets, isDryRun, isCleared, note, onFile } = options;
  for (const { label, path } of places.folders) {
    if (places.isNamed && (await realpathOf(path)) === undefined) {
      throw new ImproperlyConfigured(`settings.static.folders has "${label}", and there is no folder ${path}.`);
    }
  }
  const found = await findSourceFiles(assets, places.folders);
  for (const line of found.notes) note(line);
  const folder = await CollectedFolder.open(places.root);
  const added: CollectedFile[] = [];
  let done = 0;
  const files = await collect(found.files, {
    url: places.url,
    note,
    keep: async (file, bytes) => {
      const isNew = isDryRun ? !(await folder.has(file)) : await folder.keep(file, bytes);
      if (isNew) added.push(file);
      onFile?.((done += 1), found.files.size);
    },
  });
  added.sort((a, b) => (a.name < b.name ? -1 : 1));
  const finished = isDryRun ? { manifest: undefined, removed: 0 } : await folder.finish({ isCleared });
  return { files, added, ...finished };
}

/**
 * Tells what of the folders is not in the collected one as far as names and times show it, so that a deploy that forgot
 * to collect is not a riddle.
 */
export async function findUncollected(places: StaticPlaces): Promise<readonly string[]> {
  const manifest = await readManifest(places.root);
  const { files } = await findSourceFiles([], places.folders);
  const names = new Set(manifest?.files.filter(({ isOwn }) => !isOwn).map(({ name }) => name));
  const collectedAt = manifest ? (await stat(join(places.root, manifestName))).mtimeMs : 0;
  return [...files.values()]
    .filter(({ name, changedAt }) => !names.has(name) || changedAt > collectedAt)
    .map(({ label }) => label);
}
