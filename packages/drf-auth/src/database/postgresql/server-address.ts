import { userInfo } from "node:os";
import type { ConnectionOptions } from "node:tls";
import type { ClientConfig } from "pg";
import { ImproperlyConfigured } from "../../errors.ts";
import { didYouMean, type Environment } from "../../settings.ts";
import { decoded, type ParameterName, readParameters } from "./address-parameters.ts";
import type { ConnectionTarget } from "./connection-failure.ts";
import { type SslMode, sslModeOf, tlsOptions } from "./tls-options.ts";

/** One of the hosts at which a server may be. */
export interface ServerHost {
  /** A name, an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly isSocket: boolean;
}

const sessionKinds = ["any", "read-write", "read-only", "primary", "standby"] as const;

/** Where a PostgreSQL server is and how it is asked, from its address. */
export interface ServerAddress extends ConnectionTarget {
  /** Tried in this order. */
  readonly hosts: readonly [ServerHost, ...ServerHost[]];
  readonly client: ClientConfig;
  readonly sslMode: SslMode;
  readonly tls: ConnectionOptions | undefined;
  /** Whether it stands behind a pooler that gives each transaction another connection: `pgbouncer=true`. */
  readonly isPooled: boolean;
  /** Whether the server must prove by the password that no one is in between: `channel_binding=require`. */
  readonly bindsChannel: boolean;
  /** How long one attempt may take, in seconds: `connect_timeout`. */
  readonly connectSeconds: number | undefined;
  /** What a server must be: `target_session_attrs`. */
  readonly sessionKind: Exclude<(typeof sessionKinds)[number], "any"> | undefined;
}

/** The password up to the last @ of the authority: who forgot to escape one is understood. */
const form = /^postgres(?:ql)?:\/\/(?:(?<who>[^/?]*)@)?(?<hosts>[^/?@]*)(?:\/(?<name>[^?]*))?(?:\?(?<query>.*))?$/s;

/**
 * Reads `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…` with libpq's meanings; what it does not say the
 * environment may, by libpq's variables.
 *
 * @throws {ImproperlyConfigured} when it cannot be read; the message has no password.
 */
export function readServerAddress(address: string, environment: Environment = {}): ServerAddress {
  const { who = "", hosts: authority = "", name = "", query = "" } = form.exec(address)?.groups ?? refuse();
  // A password that ended too early: the rest of it must not be taken for something that may be said.
  if (name.includes("@")) refuse();
  const [ownUser = "", ...rest] = who.split(":");
  const own: Partial<Record<ParameterName, string | undefined>> = {
    user: decoded(ownUser),
    password: decoded(rest.join(":")),
    dbname: decoded(name),
    ...hostsOf(authority),
  };
  const given = readParameters(query, own, environment);
  const hosts = paired(given("host") ?? "localhost", given("port") ?? "5432");
  const sslMode = sslModeOf(given);
  const user = given("user") ?? ownName();
  const password = given("password");
  const database = given("dbname") ?? user;
  const binding = oneOf("channel_binding", ["prefer", "disable", "require"], given);
  if (binding === "require" && sslMode === "disable") {
    throw new ImproperlyConfigured("DATABASE_URL has channel_binding=require, for which sslmode must not be disable.");
  }
  const kind = oneOf("target_session_attrs", sessionKinds, given);
  const negotiation = oneOf("sslnegotiation", ["postgres", "direct"], given);
  if (negotiation === "direct" && !/^(?:require|verify-)/.test(sslMode)) {
    throw new ImproperlyConfigured(
      `DATABASE_URL has sslnegotiation=direct, for which sslmode must be require or more.`,
    );
  }
  const idle = secondsOf("keepalives_idle", given);
  const options = given("options");
  return {
    hosts,
    client: {
      user,
      ...(password !== undefined && { password }),
      database,
      application_name: given("application_name") ?? "drf-auth",
      ...(options !== undefined && { options }),
      ...(binding === "require" && { enableChannelBinding: true }),
      ...(negotiation === "direct" && { sslnegotiation: "direct" }),
      ...(given("keepalives") === "0" && { keepAlive: false }),
      ...(idle !== undefined && { keepAliveInitialDelayMillis: idle * 1000 }),
    },
    sslMode,
    tls: sslMode === "disable" ? undefined : tlsOptions(sslMode, given),
    isPooled: oneOf("pgbouncer", ["false", "true", "0", "1"], given, ["true", "1"]) !== undefined,
    bindsChannel: binding === "require",
    connectSeconds: secondsOf("connect_timeout", given),
    sessionKind: kind === "any" ? undefined : kind,
    user,
    database,
    hasPassword: password !== undefined,
    location: locationOf(hosts, database),
  };
}

function locationOf(hosts: readonly ServerHost[], database: string): string {
  const [first] = hosts;
  if (hosts.length === 1 && first?.isSocket) return `${database} at ${first.host}`;
  return `${hosts.map(({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port}`).join(",")}/${database}`;
}

function refuse(): never {
  throw new ImproperlyConfigured(
    "DATABASE_URL is no address of a PostgreSQL database. Write postgres://USER:PASSWORD@HOST:5432/NAME, " +
      "special characters of the password escaped: @ as %40, / as %2F.",
  );
}

/** The hosts before the name of the database, and their ports, each with commas between, as libpq has them. */
function hostsOf(authority: string): { readonly host?: string; readonly port?: string } {
  const parts = authority.split(",").map((one) => /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(one) ?? refuse());
  const hosts = parts.map(([, host = ""]) => decoded(host.replace(/^\[(.*)\]$/, "$1")));
  const ports = parts.map(([, , port = ""]) => port);
  return {
    ...(hosts.some((host) => host !== "") && { host: hosts.join(",") }),
    ...(ports.some((port) => port !== "") && { port: ports.join(",") }),
  };
}

/** As libpq: one port stands for all hosts, or each has its own. */
function paired(hosts: string, ports: string): [ServerHost, ...ServerHost[]] {
  const numbers = ports.split(",");
  const [first, ...others] = hosts.split(",");
  const all = [first, ...others];
  if (numbers.length > 1 && numbers.length !== all.length) {
    throw new ImproperlyConfigured(`DATABASE_URL has ${all.length} hosts and ${numbers.length} ports.`);
  }
  const server = (host: string | undefined, index: number): ServerHost => {
    const text = (numbers.length > 1 ? numbers[index] : numbers[0]) || "5432";
    const port = Number(text);
    if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
      throw new ImproperlyConfigured(`DATABASE_URL has the port "${text}": it must be a number from 1 to 65535.`);
    }
    return { host: host || "localhost", port, isSocket: host?.startsWith("/") === true };
  };
  return [server(first, 0), ...others.map((host, index) => server(host, index + 1))];
}

function oneOf<Word extends string>(
  name: ParameterName,
  words: readonly Word[],
  given: (name: ParameterName) => string | undefined,
  wanted: readonly Word[] = words,
): Word | undefined {
  const text = given(name);
  if (text === undefined) return undefined;
  const word = words.find((one) => one === text);
  if (word === undefined) throw new ImproperlyConfigured(`DATABASE_URL has ${name}=${text}.${didYouMean(text, words)}`);
  return wanted.includes(word) ? word : undefined;
}

/** As libpq: none, or nought, is no time of one's own. */
function secondsOf(name: ParameterName, given: (name: ParameterName) => string | undefined): number | undefined {
  const text = given(name);
  if (text === undefined || text === "0") return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new ImproperlyConfigured(`DATABASE_URL has ${name}=${text}: it must be a whole number of seconds.`);
}

/** As libpq: who runs this. A user without an entry on the machine has no name. */
function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    throw new ImproperlyConfigured("DATABASE_URL names no user: write postgres://USER:PASSWORD@HOST:5432/NAME.");
  }
}
