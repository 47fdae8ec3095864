/** One line of the server's own log. */
export interface LogEntry {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly [detail: string]: unknown;
}

/** Writes one entry. */
export type Log = (entry: LogEntry) => void;

const maxCauses = 5;

/** Returns the stack of an error and of its causes, or a description of whatever else was thrown. */
export function stackOf(error: unknown): string {
  const stacks: string[] = [];
  for (let current = error; current !== undefined && stacks.length <= maxCauses;) {
    stacks.push(current instanceof Error ? (current.stack ?? current.message) : `Not an Error: ${String(current)}`);
    current = current instanceof Error ? current.cause : undefined;
  }
  return stacks.length === 0 ? "Not an Error: undefined" : stacks.join("\nCaused by: ");
}

/** Returns a log that never throws: one that cannot be written, to a closed pipe for example, is no reason to end. */
export function unbreakable(log: Log): Log {
  return (entry) => {
    try {
      log(entry);
    } catch {
      // There is nowhere left to say it.
    }
  };
}
