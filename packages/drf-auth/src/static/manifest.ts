import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import { type Coding, codings } from "./compress.ts";
import { isServableName } from "./file-name.ts";

/** A file of a collected folder, as the manifest tells it. */
export interface ManifestEntry {
  /** As its source is called: `css/app.css`. */
  readonly name: string;
  /** What it is called in the folder and in addresses. */
  readonly file: string;
  readonly type: string;
  readonly size: number;
  readonly hash: string;
  /** Whether it came with the framework. */
  readonly isOwn: boolean;
  /** How large it is in the codings that are kept beside it. */
  readonly codings: Readonly<Partial<Record<Coding, number>>>;
}

/** What is in a collected folder. */
export interface Manifest {
  readonly version: 1;
  readonly files: readonly ManifestEntry[];
  /** What earlier builds left, for pages that were made before this one. */
  readonly older: readonly ManifestEntry[];
}

/** The name of the manifest in its folder, as Django's; no file is called so there, since all carry their hash. */
export const manifestName = "staticfiles.json";

const whatToRun = "Run npx drf-auth collectstatic, which writes it anew.";

/**
 * Reads the manifest of a collected folder; undefined where there is none.
 *
 * @throws {ImproperlyConfigured} when it cannot be read or is not what `drf-auth collectstatic` writes.
 */
export async function readManifest(root: string): Promise<Manifest | undefined> {
  const path = join(root, manifestName);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new ImproperlyConfigured(`${path} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw new ImproperlyConfigured(`${path} is not JSON. ${whatToRun}`, { cause: error });
  }
  if (isManifest(manifest)) return manifest;
  throw new ImproperlyConfigured(`${path} is not a manifest that this version reads. ${whatToRun}`);
}

function isManifest(value: unknown): value is Manifest {
  return isObject(value) && value["version"] === 1 && isEntryList(value["files"]) && isEntryList(value["older"]);
}

function isEntryList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isEntry);
}

function isEntry(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { name, file, type, size, hash, isOwn, codings } = value;
  return (
    isName(name) &&
    isName(file) &&
    typeof type === "string" &&
    /^[\x20-\x7e]+$/.test(type) &&
    isSize(size) &&
    typeof hash === "string" &&
    /^[0-9a-f]{64}$/.test(hash) &&
    typeof isOwn === "boolean" &&
    isObject(codings) &&
    Object.entries(codings).every(([coding, bytes]) => isCoding(coding) && isSize(bytes))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isName(value: unknown): boolean {
  return typeof value === "string" && isServableName(value);
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCoding(value: string): boolean {
  return (codings as readonly string[]).includes(value);
}
