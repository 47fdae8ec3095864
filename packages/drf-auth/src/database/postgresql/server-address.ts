import { readFileSync } from "node:fs";
import { connect } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { ClientConfig } from "pg";
import { ImproperlyConfigured } from "../../errors.ts";
import { didYouMean } from "../../settings.ts";

/** How libpq lets a connection be encrypted, and how much of the server's certificate it checks. */
const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
type SslMode = (typeof sslModes)[number];

/** Where a PostgreSQL server is, from its address. */
export interface ServerAddress {
  readonly client: ClientConfig;
  readonly sslMode: SslMode;
  /** Whether it stands behind a pooler that gives each transaction another connection: `pgbouncer=true`. */
  readonly isPooled: boolean;
}

/**
 * Reads `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…` with libpq's meanings: `sslmode`, `sslrootcert`,
 * `sslcert`, `sslkey`, `host` (also the folder of a socket), `port`, `user`, `password`, `dbname`, `application_name`.
 *
 * @throws {ImproperlyConfigured} when it cannot be read; the message has no password.
 */
export function readServerAddress(address: string, otherPassword?: string): ServerAddress {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url) {
    throw new ImproperlyConfigured(
      "DATABASE_URL is no address of a PostgreSQL database. Write postgres://USER:PASSWORD@HOST:5432/NAME, " +
        "special characters of the password escaped: @ as %40, / as %2F.",
    );
  }
  const given = url.searchParams;
  const part = (name: string, own: string): string | undefined => given.get(name) ?? (decoded(own) || undefined);
  const host = part("host", url.hostname.replace(/^\[(.*)\]$/, "$1"));
  const port = Number(part("port", url.port) ?? 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new ImproperlyConfigured(
      `DATABASE_URL has the port "${given.get("port")}": it must be a number up to 65535.`,
    );
  }
  const isSocket = host?.startsWith("/") === true;
  const sslMode = isSocket ? "disable" : sslModeOf(given.get("sslmode"));
  const user = part("user", url.username);
  const password = part("password", url.password) ?? otherPassword;
  const database = part("dbname", url.pathname.slice(1));
  const name = given.get("application_name");
  return {
    client: {
      host: host ?? "localhost",
      port,
      ...(user !== undefined && { user }),
      ...(password !== undefined && { password }),
      ...(database !== undefined && { database }),
      ...(name !== null && { application_name: name }),
      ssl: sslMode === "disable" ? false : tlsOptions(sslMode, given),
    },
    sslMode,
    isPooled: given.get("pgbouncer") === "true",
  };
}

/** Leaves TLS out where it is only preferred and the server does not speak it. */
export async function withoutRefusedTls({ client, sslMode }: ServerAddress): Promise<ClientConfig> {
  if (sslMode !== "prefer" && sslMode !== "allow") return client;
  return (await refusesTls(client.host ?? "localhost", client.port ?? 5432)) ? { ...client, ssl: false } : client;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ImproperlyConfigured("DATABASE_URL has a % that begins no escape. Write it as %25.");
  }
}

function sslModeOf(text: string | null): SslMode {
  const mode = sslModes.find((one) => one === (text ?? "prefer"));
  if (mode) return mode;
  throw new ImproperlyConfigured(`DATABASE_URL has sslmode=${text}.${didYouMean(text ?? "", sslModes)}`);
}

function tlsOptions(mode: SslMode, given: URLSearchParams): ConnectionOptions {
  const file = (name: string): Buffer | undefined => {
    const path = given.get(name);
    if (path === null || path === "system") return undefined;
    try {
      return readFileSync(path);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ImproperlyConfigured(`DATABASE_URL has ${name}=${path}, which cannot be read: ${why}`, {
        cause: error,
      });
    }
  };
  const [ca, cert, key] = [file("sslrootcert"), file("sslcert"), file("sslkey")];
  // As libpq: whoever names the authority wants it to be asked.
  const isVerified = mode === "verify-full" || mode === "verify-ca" || (mode === "require" && ca !== undefined);
  return {
    rejectUnauthorized: isVerified,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(mode !== "verify-full" && { checkServerIdentity: () => undefined }),
  };
}

/** The message that asks for TLS: its length and its code (PostgreSQL's protocol, SSLRequest). */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const probeMilliseconds = 3000;

/** Asks a server whether it speaks TLS; one that does not answer has not refused it. */
function refusesTls(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const end = (isRefused: boolean) => () => {
      socket.destroy();
      resolve(isRefused);
    };
    socket.setTimeout(probeMilliseconds, end(false)).on("error", end(false)).on("close", end(false));
    socket.on("connect", () => socket.write(sslRequest));
    socket.on("data", (answer) => end(answer.toString("latin1", 0, 1) === "N")());
  });
}
