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
  return {
    environment: process.env,
    currentFolder: process.cwd(),
    isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    say: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
  };
}
