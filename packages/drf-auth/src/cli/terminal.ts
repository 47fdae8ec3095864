import type { Environment } from "../settings.ts";

/** What a command talks to. */
export interface Terminal {
  readonly environment: Environment;
  readonly currentFolder: string;
  /** Whether a person can be asked. */
  readonly isInteractive: boolean;
  /** Writes a line for the reader. */
  say(line: string): void;
  /** Writes a line about what went wrong. */
  complain(line: string): void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", passOverClosed);
  return {
    environment: process.env,
    currentFolder: process.cwd(),
    isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    say: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
  };
}

/** Whoever reads may stop, as `head` does: what is left to say is said to nobody. */
function passOverClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
