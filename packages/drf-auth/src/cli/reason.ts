import { DatabaseIsReadOnly, DatabaseUnreachable } from "../database/index.ts";
import { APIException } from "../errors.ts";

/** What the person at the terminal can do something about, of an error of a command that writes; else undefined. */
export function reasonOf(error: unknown, location: string): string | undefined {
  if (error instanceof Error && /no such table|relation ".*" does not exist/.test(error.message)) {
    return `The database ${location} has no tables yet. Run npx drf-auth migrate first.`;
  }
  // These have exit codes of their own.
  if (error instanceof DatabaseUnreachable || error instanceof DatabaseIsReadOnly) return undefined;
  return error instanceof APIException ? error.message : undefined;
}
