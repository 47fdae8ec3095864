import { ServiceUnavailable } from "../../errors.ts";
import { CheckViolation, ReferenceViolation, UniqueViolation } from "../database.ts";
import { DiskIsFull } from "../disk-is-full.ts";
import { DatabaseIsReadOnly } from "./database-is-read-only.ts";
import { DatabaseUnreachable } from "./database-unreachable.ts";
import { codeOf } from "./error-code.ts";

const uniqueViolation = "23505";
const checkViolation = "23514";
const foreignKeyViolation = "23503";
const diskFull = "53100";
const readOnly = "25006";
/** Raised by work that another transaction stood in the way of: a lock, a deadlock, a serialization failure, a timeout. */
const isInTheWay = new Set(["55P03", "40P01", "40001", "57014"]);
/** A statement that is kept by name is not on this connection, or another one is. */
const misnamedStatement = new Set(["26000 FetchPreparedStatement", "42P05 StorePreparedStatement"]);
/**
 * The server is shutting down, starting, or has no place or memory left; it ended this session; the user, the password or
 * the database is no more.
 */
const isAway = new Set(
  "57P01 57P02 57P03 57P04 57P05 25P03 25P04 53000 53200 53300 53400 28000 28P01 3D000".split(" "),
);
const socketCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
]);

const retryAfterSeconds = 3;

/** What an error of the driver means to who asked; it is what it was where it means nothing special. */
export function translated(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, table, constraint = "" } = error as Error & Partial<Record<"code" | "constraint" | "table", string>>;
  if (code === uniqueViolation) return new UniqueViolation(table ?? "", columnsOf(error), { constraint, cause: error });
  if (code === checkViolation) return new CheckViolation(constraint, { cause: error });
  if (code === foreignKeyViolation) return new ReferenceViolation(error.message, { cause: error });
  if (code === diskFull) return new DiskIsFull("the PostgreSQL server cannot write", error);
  if (code === readOnly) return new DatabaseIsReadOnly(error);
  if (code !== undefined && (isInTheWay.has(code) || isMisnamedStatement(error) || isOutdatedStatement(error))) {
    return new ServiceUnavailable("The database is busy. Try again.", { retryAfterSeconds, cause: error });
  }
  if (!isLost(error)) return error;
  return new DatabaseUnreachable(`The database cannot be reached: ${error.message.replace(/\.$/, "")}.`, 69, error);
}

/** Tells whether the database, or this session, takes no changes. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === readOnly;
}

/** Tells whether a statement that was kept by name could not be run by it: that is found out before it runs. */
export function isMisnamedStatement(error: unknown): boolean {
  // A procedure may raise such a code after what it did.
  return misnamedStatement.has(`${codeOf(error)} ${routineOf(error)}`);
}

/** Tells whether a table was changed since a statement was kept by name: that is found out before it runs, each time. */
export function isOutdatedStatement(error: unknown): boolean {
  // Its code (0A000) is that of all that is not supported, and its message is in the server's language.
  return routineOf(error) === "RevalidateCachedQuery";
}

/** The function of the server that raised it. */
function routineOf(error: unknown): string | undefined {
  return error instanceof Error && "routine" in error ? String(error.routine) : undefined;
}

/** Tells whether the connection is gone, or of no use to others. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (code !== undefined) return isAway.has(code) || code.startsWith("08") || socketCodes.has(code);
  // The driver gives these no code.
  return /^(?:Connection (?:terminated|ended)|Client (?:has encountered a connection error|was closed))/.test(
    error.message,
  );
}

/** The server names the columns only in a sentence of its language: `Key (owner_id, text)=(1, x) …`. */
function columnsOf(error: Error): readonly string[] {
  const { detail = "" } = error as { readonly detail?: string };
  const [, columns] = /\(([^()]*)\)=\(/.exec(detail) ?? [];
  if (columns === undefined) return [];
  return columns.split(", ").map((column) => column.replace(/^"(.*)"$/, "$1").replaceAll('""', '"'));
}
