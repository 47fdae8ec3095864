import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ImproperlyConfigured } from "../../errors.ts";

/** A migration file that was written, or would be. */
export interface WrittenMigration {
  readonly appLabel: string;
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** What it does, a line each. */
  readonly does: readonly string[];
}

export interface WriteOptions {
  /** The name after the number. Default: what it does. */
  readonly name?: string;
  /** Whether files are only planned, not written. Default false. */
  readonly isDryRun?: boolean;
  /** What the database has applied, as `notes.0001_initial`: of that name no other is written. Default: nothing is known. */
  readonly applied?: ReadonlySet<string>;
}

/** @throws {ImproperlyConfigured} when the name of a migration is none. */
export function checkMigrationName(name: string | undefined): void {
  if (name === undefined || /^[a-z0-9_]{1,60}$/.test(name)) return;
  throw new ImproperlyConfigured(
    `--name "${name}": a migration's name has lower-case letters, digits and underscores, up to 60.`,
  );
}

/**
 * Writes migrations, never over a file that is there.
 *
 * @throws {ImproperlyConfigured} when the database has applied one of that name: migrate would take it for done.
 */
export function writeMigrations(
  written: readonly WrittenMigration[],
  { isDryRun = false, applied = new Set() }: WriteOptions,
): readonly WrittenMigration[] {
  for (const { appLabel, name } of written) {
    const key = `${appLabel}.${name}`;
    if (!applied.has(key)) continue;
    throw new ImproperlyConfigured(
      `${key} would be written, and the database has applied one of that name, whose file is gone: migrate would never ` +
        "run this one. Bring the file back, or give another name with --name.",
    );
  }
  if (isDryRun) return written;
  for (const { path, text } of written) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
  }
  return written;
}

/** The name of a migration that follows others of its application: the next number, and what it is called. */
export function numbered(names: readonly string[], name: string): string {
  const last = Math.max(0, ...names.map((one) => Number(one.slice(0, 4))));
  return `${String(last + 1).padStart(4, "0")}_${name}`;
}
