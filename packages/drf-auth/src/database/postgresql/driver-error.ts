import { ServiceUnavailable } from "../../errors.ts";
import { CheckViolation, ReferenceViolation, UniqueViolation } from "../database.ts";
import { DiskIsFull } from "../disk-is-full.ts";

const uniqueViolation = "23505";
const checkViolation = "23514";
const foreignKeyViolation = "23503";
const diskFull = "53100";
/** Raised by work that another transaction stood in the way of: a lock, a deadlock, a serialization failure, a timeout. */
const isInTheWay = new Set(["55P03", "40P01", "40001", "57014"]);
/** The server is shutting down, starting, or has no place left. */
const isAway = new Set(["57P01", "57P02", "57P03", "53300", "53400"]);
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
  if (code !== undefined && isInTheWay.has(code)) {
    return new ServiceUnavailable("The database is busy. Try again.", { retryAfterSeconds, cause: error });
  }
  if (!isLost(error)) return error;
  return new ServiceUnavailable("The database cannot be reached. Try again.", { retryAfterSeconds, cause: error });
}

/** Tells whether the connection is gone, or never came to be. */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (code !== undefined) return isAway.has(code) || code.startsWith("08") || socketCodes.has(code);
  // The driver gives these no code.
  return /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
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
