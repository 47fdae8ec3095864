import { ImproperlyConfigured } from "../../errors.ts";
import { didYouMean, type Environment } from "../../settings.ts";

/** What an address may say, and the variable that says it where the address does not, as libpq has them. */
const parameters = Object.freeze({
  application_name: "PGAPPNAME",
  channel_binding: "PGCHANNELBINDING",
  connect_timeout: "PGCONNECT_TIMEOUT",
  dbname: "PGDATABASE",
  host: "PGHOST",
  keepalives: undefined,
  keepalives_idle: undefined,
  options: "PGOPTIONS",
  password: "PGPASSWORD",
  pgbouncer: undefined,
  port: "PGPORT",
  ssl: undefined,
  ssl_max_protocol_version: "PGSSLMAXPROTOCOLVERSION",
  ssl_min_protocol_version: "PGSSLMINPROTOCOLVERSION",
  sslcert: "PGSSLCERT",
  sslcrl: "PGSSLCRL",
  sslkey: "PGSSLKEY",
  sslmode: "PGSSLMODE",
  sslnegotiation: "PGSSLNEGOTIATION",
  sslpassword: undefined,
  sslrootcert: "PGSSLROOTCERT",
  target_session_attrs: "PGTARGETSESSIONATTRS",
  user: "PGUSER",
} satisfies Readonly<Record<string, string | undefined>>);

export type ParameterName = keyof typeof parameters;

/** What libpq knows and is not done here, with the values that ask for nothing else than what is done. */
const others: ReadonlyMap<string, readonly string[]> = new Map([
  ["client_encoding", ["UTF8", "utf8", "UTF-8", "utf-8", "auto"]],
  ["fallback_application_name", []],
  ["gssdelegation", ["0"]],
  ["gssencmode", ["disable", "prefer"]],
  ["gsslib", []],
  ["hostaddr", []],
  ["keepalives_count", []],
  ["keepalives_interval", []],
  ["krbsrvname", []],
  ["load_balance_hosts", ["disable"]],
  ["max_protocol_version", ["3.0"]],
  ["min_protocol_version", ["3.0"]],
  ["passfile", []],
  ["replication", ["false", "off", "no", "0"]],
  ["require_auth", []],
  ["requirepeer", []],
  ["service", []],
  ["servicefile", []],
  ["sslcertmode", ["allow"]],
  ["sslcompression", ["0"]],
  ["sslcrldir", []],
  ["sslsni", ["1"]],
  ["tcp_user_timeout", ["0"]],
]);

/** Reads what an address says behind its question mark, and gives a look-up that falls back on the environment. */
export function readParameters(
  query: string,
  own: Readonly<Partial<Record<ParameterName, string | undefined>>>,
  environment: Environment,
): (name: ParameterName) => string | undefined {
  const given: Partial<Record<string, string | undefined>> = { ...own };
  for (const pair of query.split("&").filter((text) => text !== "")) {
    const equals = pair.indexOf("=");
    const name = decoded(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? "" : decoded(pair.slice(equals + 1));
    if (others.has(name)) {
      if (others.get(name)?.includes(value)) continue;
      throw new ImproperlyConfigured(`DATABASE_URL has ${name}, which is libpq's and not done here. Leave it out.`);
    }
    if (!Object.hasOwn(parameters, name)) {
      // What has no such form may be a part of a password.
      const shown = /^[a-z_]+$/i.test(name) ? name : "a parameter that is not known";
      throw new ImproperlyConfigured(`DATABASE_URL has ${shown}.${didYouMean(name, Object.keys(parameters))}`);
    }
    if (value !== "") given[name] = value;
  }
  return (name) => {
    const variable = parameters[name];
    return given[name] || (variable && environment[variable]) || undefined;
  };
}

/** @throws {ImproperlyConfigured} where a percent sign begins no escape. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ImproperlyConfigured("DATABASE_URL has a % that begins no escape. Write it as %25.");
  }
}
