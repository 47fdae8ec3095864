import { CheckViolation, ReferenceViolation, UniqueViolation } from "../database.ts";
import { DiskIsFull } from "../disk-is-full.ts";

const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
const SQLITE_CONSTRAINT_CHECK = 275;
const SQLITE_CONSTRAINT_FOREIGNKEY = 787;
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_UNIQUE = 2067;
const SQLITE_IOERR_SHMSIZE = 4874;

/** Tells whether another connection holds the lock, so that trying again may succeed. */
export function isBusy(error: unknown): boolean {
  return (errorCode(error) & 0xff) === SQLITE_BUSY;
}

/** What an error of the driver means to who asked; it is what it was where it means nothing special. */
export function translated(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (code === SQLITE_FULL || code === SQLITE_IOERR_SHMSIZE)
    return new DiskIsFull(`SQLite cannot write to ${path}`, error);
  // "CHECK constraint failed: word_is_short"
  if (code === SQLITE_CONSTRAINT_CHECK)
    return new CheckViolation((error as Error).message.replace(/^.*failed: /, ""), { cause: error });
  if (code === SQLITE_CONSTRAINT_FOREIGNKEY) return new ReferenceViolation((error as Error).message, { cause: error });
  if (code !== SQLITE_CONSTRAINT_UNIQUE && code !== SQLITE_CONSTRAINT_PRIMARYKEY) return error;
  // SQLite names the columns nowhere but in its text: "UNIQUE constraint failed: words_word.text, words_word.owner_id".
  const text = (error as Error).message.replace(/^.*failed: /, "");
  const [, constraint] = /^index '(.+)'$/.exec(text) ?? [];
  if (constraint !== undefined) return new UniqueViolation("", [], { constraint, cause: error });
  const named = text.split(", ");
  const [table = ""] = named.map((one) => one.slice(0, one.lastIndexOf(".")));
  return new UniqueViolation(
    table,
    named.map((one) => one.slice(one.lastIndexOf(".") + 1)),
    { cause: error },
  );
}

/** Tells whether SQLite raised it. */
export function isOfDriver(error: unknown): error is Error & { readonly errcode: number } {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number";
}

function errorCode(error: unknown): number {
  return isOfDriver(error) ? error.errcode : 0;
}
