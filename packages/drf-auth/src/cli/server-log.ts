import type { LogEntry } from "../server/index.ts";

/** Writes what the server's own processes have to say to standard error, a line of JSON each, as the application's log. */
export function serverLog(entry: LogEntry): void {
  process.stderr.write(`${JSON.stringify({ time: Date.now(), pid: process.pid, ...entry })}\n`);
}
