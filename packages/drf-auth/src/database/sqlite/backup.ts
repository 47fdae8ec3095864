import { existsSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { ImproperlyConfigured } from "../../errors.ts";
import { translated } from "./driver-error.ts";
import { isThere, PartFile } from "./part-file.ts";

export interface BackUpOptions {
  /** Is told how many pages are copied, and of how many. */
  readonly onProgress?: (copied: number, all: number) => void;
  /** How long the copying may take, in seconds: the log of a database that is written grows meanwhile. Default: an hour. */
  readonly limitSeconds?: number;
}

const busyMilliseconds = 5000;
const pagesAtOnce = 1000;

/**
 * Copies a database as it is at one moment, while others read and write it, and checks the copy. What is not finished has
 * another name, and is removed.
 *
 * @throws {ImproperlyConfigured} when a file is there already, or the copy is not sound or takes too long.
 */
export async function backUp(
  path: string,
  copy: string,
  { onProgress = () => {}, limitSeconds = 3600 }: BackUpOptions = {},
): Promise<void> {
  if (existsSync(copy)) throw isThere(copy);
  using part = new PartFile(copy);
  const source = new DatabaseSync(path, { readOnly: true, timeout: busyMilliseconds });
  const deadline = performance.now() + limitSeconds * 1000;
  try {
    // Without a transaction of its own the copying begins anew after each write of another process.
    source.exec("BEGIN");
    source.prepare("SELECT 1 FROM sqlite_schema").get();
    await backup(source, part.path, {
      rate: pagesAtOnce,
      progress: ({ totalPages, remainingPages }) => {
        if (performance.now() > deadline) throw takesTooLong(path, limitSeconds);
        onProgress(totalPages - remainingPages, totalPages);
      },
    });
    mustBeSound(part.path);
    part.finish();
  } catch (error) {
    throw translated(error, copy);
  } finally {
    source.close();
  }
}

function takesTooLong(path: string, limitSeconds: number): ImproperlyConfigured {
  return new ImproperlyConfigured(
    `${path} was not copied in ${limitSeconds} seconds, and nothing was kept: copy it to a faster disk, or let it take longer.`,
  );
}

function mustBeSound(path: string): void {
  const copy = new DatabaseSync(path);
  try {
    // Alone, as one file: what was in the log is in it.
    copy.exec("PRAGMA journal_mode = DELETE");
    const [found] = copy.prepare("PRAGMA integrity_check").all();
    const word = Object.values(found ?? {})[0];
    if (word !== "ok") throw new ImproperlyConfigured(`The copy is not sound, and was not kept: ${String(word)}.`);
  } finally {
    copy.close();
  }
}
