import type { AuditedRequest } from "../../../src/audit.ts";

/** A line of the log, as the test of a login reads it. */
export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly facts: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** What a login needs of a request: an address, and a log that keeps its lines. */
export function loginFrom(address: string, lines: LogLine[] = []): AuditedRequest {
  const write = (level: LogLine["level"]) => (facts: object, message: string) =>
    void lines.push({ level, facts: { ...facts }, message });
  return {
    id: "request-1",
    client: { address, host: "testserver", isSecure: false },
    log: { info: write("info"), warn: write("warn"), error: write("error") },
  };
}
