import { stackOf } from "../server/index.ts";

/** An error as a line of the log has it. */
export interface LoggedError {
  readonly [name: string]: unknown;
  readonly type: string;
  readonly message: string;
  /** What led to it, and to its causes. */
  readonly stack: string;
  readonly code?: string;
}

/** Says of an error what it is and where it came from: what else it carries, such as the row that a database refused, is nobody's to read. */
export function loggedError(error: unknown): LoggedError {
  const { name = "Error", message = String(error) } = error instanceof Error ? error : {};
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return { type: name, message, stack: stackOf(error), ...(typeof code === "string" && { code }) };
}
