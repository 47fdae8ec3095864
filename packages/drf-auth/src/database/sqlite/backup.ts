import { existsSync, statSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { ImproperlyConfigured } from "../../errors.ts";
import { isOfDriver, translated } from "./driver-error.ts";
import { isThere, PartFile } from "./part-file.ts";
import { readTransaction } from "./read-transaction.ts";

export interface BackUpOptions {
  /** Is told how many pages are copied, and of how many. */
  readonly onProgress?: (copied: number, all: number) => void;
  /** How long the copying may take, in seconds: the log of a database that is written grows meanwhile. Default: an hour. */
  readonly limitSeconds?: number;
}

const pagesAtOnce = 1000;

/**
 * Copies a database as it is at one moment, while others read and write it, and checks the copy. What is not finished has
 * another name, and is removed; the copy may be read by whom the database may.
 *
 * @throws {ImproperlyConfigured} when there is no database, a file is there already, or the copy is not sound or takes too long.
 */
export async function backUp(
  path: string,
  copy: string,
  { onProgress = () => {}, limitSeconds = 3600 }: BackUpOptions = {},
): Promise<void> {
  if (existsSync(copy)) throw isThere(copy);
  const source = readTransaction(path);
  const deadline = performance.now() + limitSeconds * 1000;
  try {
    using part = new PartFile(copy);
    // Without the transaction it would begin anew after each write of another process.
    await backup(source, part.path, {
      rate: pagesAtOnce,
      progress: ({ totalPages, remainingPages }) => {
        if (performance.now() > deadline) throw takesTooLong(path, limitSeconds);
        onProgress(totalPages - remainingPages, totalPages);
      },
    });
    // Where there is no log, nobody could write before.
    source.close();
    mustBeSound(part.path);
    part.finish(statSync(path).mode & 0o777);
  } catch (error) {
    throw notCopied(translated(error, copy), path, copy);
  } finally {
    if (source.isOpen) source.close();
  }
}

function takesTooLong(path: string, limitSeconds: number): ImproperlyConfigured {
  return new ImproperlyConfigured(
    `${path} was not copied in ${limitSeconds} seconds, and nothing was kept: copy it to a faster disk, or let it take longer.`,
  );
}

function notCopied(error: unknown, path: string, copy: string): unknown {
  if (!isOfDriver(error)) return error;
  return new ImproperlyConfigured(`${path} could not be copied to ${copy}: ${error.message}.`, { cause: error });
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
