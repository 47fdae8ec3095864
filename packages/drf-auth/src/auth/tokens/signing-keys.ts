import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject, type webcrypto } from "node:crypto";
import { ImproperlyConfigured } from "../../errors.ts";
import type { Algorithm, TokenSettings } from "./token-settings.ts";

/** What signs tokens and what checks their signatures. */
export interface SigningKeys {
  readonly sign: webcrypto.CryptoKey | KeyObject;
  readonly verify: webcrypto.CryptoKey | KeyObject;
}

/** The curve that an algorithm is defined on (RFC 7518 §3.4). */
const curves: Readonly<Partial<Record<Algorithm, string>>> = Object.freeze({
  ES256: "prime256v1",
  ES384: "secp384r1",
  ES512: "secp521r1",
});

/** RFC 7518 §3.3. */
const leastRsaBits = 2048;

/** Tells whether tokens are signed by one key and checked by another. */
export function isAsymmetric(algorithm: Algorithm): boolean {
  return !algorithm.startsWith("HS");
}

/**
 * Reads the keys of the settings once; `secret` is the text that signs where the algorithm is HMAC.
 *
 * @throws {ImproperlyConfigured} when they do not fit the algorithm.
 */
export async function signingKeys(settings: TokenSettings, secret: string): Promise<SigningKeys> {
  const { algorithm, signingKey, verifyingKey } = settings;
  if (!isAsymmetric(algorithm)) {
    if (/-----BEGIN |^(?:ssh|ecdsa)-|^\s*\{\s*"/.test(secret)) {
      throw refused(`${algorithm} takes a secret text, and this is a key of another kind`, algorithm);
    }
    // A CryptoKey verifies faster than raw bytes.
    const key = await createSecretKey(Buffer.from(secret)).toCryptoKey(
      { name: "HMAC", hash: `SHA-${algorithm.slice(2)}` },
      false,
      ["sign", "verify"],
    );
    return { sign: key, verify: key };
  }
  if (signingKey === undefined) throw refused("a private key in PEM is needed", algorithm);
  const sign = readKey(() => createPrivateKey(signingKey), "signingKey", "a private key in PEM", algorithm);
  const verify = readKey(
    () => createPublicKey(verifyingKey ?? signingKey),
    "verifyingKey",
    "a public key in PEM",
    algorithm,
  );
  for (const key of [sign, verify]) checkKind(key, algorithm);
  const own = createPublicKey(sign).export({ format: "der", type: "spki" });
  if (!own.equals(verify.export({ format: "der", type: "spki" }))) {
    throw new ImproperlyConfigured("settings.tokens: verifyingKey is not the public key of signingKey.");
  }
  return { sign, verify };
}

function readKey(read: () => KeyObject, name: string, what: string, algorithm: Algorithm): KeyObject {
  try {
    return read();
  } catch (cause) {
    throw new ImproperlyConfigured(`settings.tokens.${name}: ${algorithm} needs ${what}, and this is none.`, { cause });
  }
}

function checkKind(key: KeyObject, algorithm: Algorithm): void {
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const kind = key.asymmetricKeyType;
  if (algorithm === "EdDSA") {
    if (kind !== "ed25519") throw refused("an Ed25519 key is needed", algorithm);
  } else if (curves[algorithm]) {
    if (kind !== "ec" || namedCurve !== curves[algorithm])
      throw refused(`an EC key on ${curves[algorithm]} is needed`, algorithm);
  } else if (kind !== "rsa" || modulusLength < leastRsaBits) {
    throw refused(`an RSA key of at least ${leastRsaBits} bits is needed`, algorithm);
  }
}

function refused(why: string, algorithm: Algorithm): ImproperlyConfigured {
  return new ImproperlyConfigured(`settings.tokens.signingKey: ${why} for algorithm "${algorithm}".`);
}
