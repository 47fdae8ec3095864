import { existsSync, rmSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { ImproperlyConfigured } from "../../errors.ts";
import { translated } from "./driver-error.ts";

/**
 * Copies a database while others read and write it, and checks the copy.
 *
 * @throws {ImproperlyConfigured} when a file is there already, or the copy is not sound.
 */
export async function backUp(path: string, copy: string): Promise<void> {
  if (existsSync(copy)) throw new ImproperlyConfigured(`${copy} is there already: name another file.`);
  const source = new DatabaseSync(path, { readOnly: true });
  try {
    await backup(source, copy);
    mustBeSound(copy);
  } catch (error) {
    rmSync(copy, { force: true });
    throw translated(error, copy);
  } finally {
    source.close();
  }
}

function mustBeSound(path: string): void {
  const copy = new DatabaseSync(path);
  try {
    // Alone, as one file: what was in the log is in it.
    copy.exec("PRAGMA journal_mode = DELETE");
    const [found] = copy.prepare("PRAGMA integrity_check").all();
    const word = Object.values(found ?? {})[0];
    if (word !== "ok") throw new ImproperlyConfigured(`The copy ${path} is not sound: ${String(word)}.`);
  } finally {
    copy.close();
  }
}
