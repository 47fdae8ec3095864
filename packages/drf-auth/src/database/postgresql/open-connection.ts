import type { ClientConfig } from "pg";
import { Connection } from "./connection.ts";
import { connectionFailure, isRefusedUser, isTlsFailure, isWithoutTls } from "./connection-failure.ts";
import { DatabaseUnreachable } from "./database-unreachable.ts";
import type { ServerAddress, ServerHost } from "./server-address.ts";

export interface OpenConnectionOptions {
  /** What makes the session what it shall be: statements with semicolons between. */
  readonly settings: string;
  /** How long one attempt may take, in seconds. */
  readonly seconds: number;
}

/**
 * Opens a connection to the first host of an address that takes one, with TLS or without, as its sslmode has it.
 *
 * @throws {DatabaseUnreachable} when none does.
 */
export async function openConnection(address: ServerAddress, options: OpenConnectionOptions): Promise<Connection> {
  let failure: DatabaseUnreachable | undefined;
  for (const host of address.hosts) {
    try {
      return await openAt(host, address, options);
    } catch (error) {
      failure = connectionFailure(error, address);
      // As libpq: a host that is there and refuses is not passed over.
      if (!failure.mayPass) throw failure;
    }
  }
  throw failure ?? new DatabaseUnreachable(`The address ${address.location} names no host.`, 78);
}

/** With TLS or without is found out each time: the server may be another one today. */
async function openAt(host: ServerHost, address: ServerAddress, options: OpenConnectionOptions): Promise<Connection> {
  const { sslMode } = address;
  if (host.isSocket || sslMode === "disable") return attempt(host, address, options, false);
  if (sslMode !== "allow" && sslMode !== "prefer") return attempt(host, address, options, true);
  const isEncrypted = sslMode === "prefer";
  try {
    return await attempt(host, address, options, isEncrypted);
  } catch (error) {
    if (!isRefusedUser(error) && !isWithoutTls(error) && !isTlsFailure(error)) throw error;
    const again = attempt(host, address, options, !isEncrypted);
    // Why the usual way failed says more than that the server has no other.
    return again.catch((another: unknown) => Promise.reject(isWithoutTls(another) ? error : another));
  }
}

async function attempt(
  { host, port }: ServerHost,
  address: ServerAddress,
  { settings, seconds }: OpenConnectionOptions,
  isEncrypted: boolean,
): Promise<Connection> {
  const config: ClientConfig = { ...address.client, host, port, ssl: isEncrypted && (address.tls ?? true) };
  const connection = new Connection(config);
  if (address.bindsChannel) connection.requireChannelBinding();
  const asked = address.sessionKind ? `${settings}; ${sessionQuery}` : settings;
  const [row] = await connection.open(asked, address.connectSeconds ?? seconds);
  if (address.sessionKind) {
    const { is_read_only, is_standby } = row as { readonly is_read_only: boolean; readonly is_standby: boolean };
    const fits = { "read-write": !is_read_only, "read-only": is_read_only, primary: !is_standby, standby: is_standby };
    if (!fits[address.sessionKind]) {
      await connection.end();
      throw new DatabaseUnreachable(
        `The database ${host}:${port} is ${is_standby ? "a standby" : is_read_only ? "read-only" : "one that can be written"}, ` +
          `and target_session_attrs=${address.sessionKind} asks for another.`,
        69,
      );
    }
  }
  return connection;
}

const sessionQuery =
  "SELECT current_setting('transaction_read_only')::bool AS is_read_only, pg_is_in_recovery() AS is_standby";
