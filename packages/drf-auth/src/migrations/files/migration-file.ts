import { pathToFileURL } from "node:url";
import { ImproperlyConfigured } from "../../errors.ts";
import { checkedMigration } from "./migration-check.ts";
import type { Migration } from "../operations.ts";

/** A migration that was read from its file. */
export interface MigrationFile {
  readonly appLabel: string;
  readonly name: string;
  /** `words.0001_initial`. */
  readonly key: string;
  readonly path: string;
  readonly migration: Migration;
}

/** Reads one file; what is wrong with it is said with its path. */
export async function readMigrationFile(appLabel: string, name: string, path: string): Promise<MigrationFile> {
  try {
    const loaded = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
    return { appLabel, name, key: `${appLabel}.${name}`, path, migration: checkedMigration(loaded.default, appLabel) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ImproperlyConfigured(`${path}: ${reason}`, { cause: error });
  }
}
