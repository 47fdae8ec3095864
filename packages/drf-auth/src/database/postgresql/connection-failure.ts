import { DatabaseUnreachable, type UnreachableExitCode } from "./database-unreachable.ts";
import { codeOf } from "./error-code.ts";

/** Who asks where, as a failure tells it. */
export interface ConnectionTarget {
  /** The address without credentials. */
  readonly location: string;
  readonly user: string;
  readonly database: string;
  readonly hasPassword: boolean;
  readonly sslMode: string;
}

/** The driver gives what it finds itself no code. */
const noTls = "The server does not support SSL connections";
const noPassword = /client password must be/;

const wrongPassword = "28P01";
const refusedUser = "28000";
const noDatabase = "3D000";
const letsNobodyIn = "55000";
const noRight = "42501";

const where = "Set it in the file that DATABASE_PASSWORD_FILE names, or in DATABASE_URL.";

/** Tells whether the server does not speak TLS. */
export function isWithoutTls(error: unknown): boolean {
  return error instanceof Error && error.message === noTls;
}

/** Tells whether a server refuses who asks in this way: encrypted or not, from there, by this name. */
export function isRefusedUser(error: unknown): boolean {
  return codeOf(error) === refusedUser;
}

/** Tells whether TLS was spoken and no connection came of it. */
export function isTlsFailure(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return /^(?:ERR_SSL|ERR_TLS|CERT_|EPROTO|DEPTH_|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE))/.test(
    code,
  );
}

/** What the failure of a connection means to who set the address, in a sentence with what to change. */
export function connectionFailure(error: unknown, target: ConnectionTarget): DatabaseUnreachable {
  if (error instanceof DatabaseUnreachable) return error;
  const [reason, exitCode] = reasonOf(error, target);
  return new DatabaseUnreachable(`The database ${target.location} cannot be used: ${reason}`, exitCode, error);
}

function reasonOf(error: unknown, target: ConnectionTarget): readonly [string, UnreachableExitCode] {
  const { user, database, hasPassword, sslMode } = target;
  const code = codeOf(error);
  const said = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
  if (!hasPassword && (code === wrongPassword || noPassword.test(said))) {
    return [`it asks for the password of "${user}", and none is set. ${where}`, 78];
  }
  if (code === wrongPassword) return [`the password of "${user}" is wrong. ${where}`, 78];
  if (code === noDatabase) {
    return [`there is no database "${database}". Make it, or name another one in DATABASE_URL.`, 78];
  }
  if (code === refusedUser) {
    return [
      `"${user}" is not let in: ${said}. Let pg_hba.conf and the roles of the server allow it, or name another user.`,
      78,
    ];
  }
  if (code === letsNobodyIn || code === noRight) return [`"${user}" is not let in: ${said}.`, 78];
  if (said === noTls) {
    return [
      `the server speaks no TLS, and sslmode=${sslMode} asks for it. Switch it on (ssl = on), or write another sslmode.`,
      78,
    ];
  }
  if (isTlsFailure(error)) {
    return [
      `TLS failed: ${said.replace(/; if the root CA.*/, "")} (${code}). Where the certificate is another's, name the host that it is for; where its ` +
        "authority is not known, name a file with that by sslrootcert.",
      78,
    ];
  }
  // PgBouncer gives everything one code.
  if (code === "08P01" && /no such (?:database|user)|auth/i.test(said)) return [`${said}.`, 78];
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return [`its host is not known (${code}).`, 69];
  if (code === "ECONNREFUSED" || code === "ENOENT") return [`nothing listens there (${code}).`, 69];
  if (code === "EACCES" || code === "EPERM") return [`the socket may not be used (${code}).`, 78];
  const named = code === undefined || said.includes(code) ? said : `${said} (${code})`;
  // A class of the server that is no fault of who asks (SQLSTATE 08, 53, 57, 58), or no answer of it at all.
  const isServers = code === undefined || !/^[0-9A-Z]{5}$/.test(code) || /^(?:08|53|57|58)/.test(code);
  return [`${named}.`, isServers ? 69 : 78];
}
