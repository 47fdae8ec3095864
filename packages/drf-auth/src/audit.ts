import type { Request, UserKey } from "./http/index.ts";

/** What of a request its security events tell: who sent it, its number, and the log that they go to. */
export type AuditedRequest = Pick<Request, "client" | "id" | "log">;

/**
 * Everything that is told about security. An event names a user by id and never by name: people type passwords into
 * the field for names, and a name that no user has says nothing.
 */
export type SecurityEvent =
  /** Credentials were right. Basic, which proves them with every request, is not told. */
  | { readonly event: "login.succeeded"; readonly userId: UserKey; readonly how: "token" | "session" }
  /** Credentials were wrong; without a user id there is no user of that name. */
  | { readonly event: "login.failed"; readonly userId?: UserKey }
  /** Credentials were not looked at: too many failed before. */
  | {
      readonly event: "login.throttled";
      readonly by: "user and address" | "address" | "user";
      readonly waitSeconds: number;
    };

const told = {
  "login.succeeded": { level: "info", sentence: "A user logged in" },
  "login.failed": { level: "warn", sentence: "A login failed" },
  "login.throttled": { level: "warn", sentence: "A login was refused unseen: too many failed before it" },
} as const satisfies Record<SecurityEvent["event"], { readonly level: "info" | "warn"; readonly sentence: string }>;

/** Tells the log of a security event, one line of the shape `{ event, …, address, requestId }`. */
export function audit({ client, id, log }: AuditedRequest, event: SecurityEvent): void {
  const { level, sentence } = told[event.event];
  log[level]({ ...event, address: client.address, requestId: id }, sentence);
}
