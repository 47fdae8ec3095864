import { readFileSync } from "node:fs";
import { type ConnectionOptions, createSecureContext, getCACertificates, type SecureVersion } from "node:tls";
import { ImproperlyConfigured } from "../../errors.ts";
import { didYouMean } from "../../settings.ts";
import type { ParameterName } from "./address-parameters.ts";

/** How libpq lets a connection be encrypted, and how much of the server's certificate it checks. */
const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

const versions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const satisfies readonly SecureVersion[];

/** What an address says under a name, where it does. */
type Given = (name: ParameterName) => string | undefined;

/** How a connection is encrypted, as an address says it. */
export function sslModeOf(given: Given): SslMode {
  const text = given("sslmode") ?? (given("ssl") === "true" ? "require" : undefined);
  // As libpq from 16 on: whoever trusts everyone's authorities must ask for the name.
  const isSystem = given("sslrootcert") === "system";
  if (isSystem && (text ?? "verify-full") !== "verify-full") {
    throw new ImproperlyConfigured(
      `DATABASE_URL has sslrootcert=system with sslmode=${text}, by which anyone with a certificate would be trusted. ` +
        "Write sslmode=verify-full.",
    );
  }
  const mode = sslModes.find((one) => one === (text ?? (isSystem ? "verify-full" : "prefer")));
  if (mode) return mode;
  throw new ImproperlyConfigured(`DATABASE_URL has sslmode=${text}.${didYouMean(text ?? "", sslModes)}`);
}

/** What TLS is told of the certificates that an address names. */
export function tlsOptions(mode: SslMode, given: Given): ConnectionOptions {
  const isSystem = given("sslrootcert") === "system";
  const ca = isSystem ? getCACertificates("system") : fileOf("sslrootcert", mode, given);
  const [cert, key, crl] = (["sslcert", "sslkey", "sslcrl"] as const).map((name) => fileOf(name, mode, given));
  const passphrase = given("sslpassword");
  const [minVersion, maxVersion] = (["min", "max"] as const).map((end) =>
    versionOf(`ssl_${end}_protocol_version`, given),
  );
  const options = {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(crl && { crl }),
    ...(passphrase !== undefined && { passphrase }),
    ...(minVersion && { minVersion }),
    ...(maxVersion && { maxVersion }),
  };
  // As libpq: whoever names the authority wants it to be asked.
  const isVerified = mode === "verify-full" || mode === "verify-ca" || (mode === "require" && ca !== undefined);
  return {
    ...(Object.keys(options).length > 0 && { secureContext: contextOf(options) }),
    rejectUnauthorized: isVerified,
    ...(mode !== "verify-full" && { checkServerIdentity: () => undefined }),
  };
}

/** Read once, so that a file that is none is told at start. */
function contextOf(options: ConnectionOptions): ReturnType<typeof createSecureContext> {
  try {
    return createSecureContext(options);
  } catch (error) {
    throw new ImproperlyConfigured(
      `The certificates that DATABASE_URL names cannot be used: ${reasonOf(error)}. Look at sslrootcert, sslcert, sslkey, ` +
        "sslpassword and sslcrl.",
      { cause: error },
    );
  }
}

function fileOf(name: ParameterName, mode: SslMode, given: Given): Buffer | undefined {
  const path = given(name);
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    // As libpq: where nothing is verified, an authority that is not there is none.
    const isIgnored = name === "sslrootcert" && (mode === "allow" || mode === "prefer");
    if (isIgnored && error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new ImproperlyConfigured(`DATABASE_URL has ${name}=${path}, which cannot be read: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

function versionOf(name: ParameterName, given: Given): SecureVersion | undefined {
  const text = given(name);
  if (text === undefined) return undefined;
  const version = versions.find((one) => one.toLowerCase() === text.toLowerCase());
  if (version) return version;
  throw new ImproperlyConfigured(`DATABASE_URL has ${name}=${text}.${didYouMean(text, versions)}`);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
