import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { ImproperlyConfigured } from "../../../src/errors.ts";
import { createJwt } from "../../../src/auth/tokens/jwt.ts";
import { type Algorithm, tokenDefaults } from "../../../src/auth/tokens/token-settings.ts";

const secret = "a-secret-that-is-long-enough-for-every-hash-0123456789-0123456789";
interface Pair {
  readonly privateKey: string;
  readonly publicKey: string;
}

function inPem({ privateKey, publicKey }: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }): Pair {
  return {
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }) as string,
    publicKey: publicKey.export({ format: "pem", type: "spki" }) as string,
  };
}

const [rsa, otherRsa] = [2048, 2048].map((modulusLength) => inPem(generateKeyPairSync("rsa", { modulusLength }))) as [
  Pair,
  Pair,
];
const weakRsa = inPem(generateKeyPairSync("rsa", { modulusLength: 1024 }));
const [p256, p384, p521] = ["P-256", "P-384", "P-521"].map((namedCurve) =>
  inPem(generateKeyPairSync("ec", { namedCurve })),
) as [Pair, Pair, Pair];
const ed25519 = inPem(generateKeyPairSync("ed25519"));

const claims = () => ({ token_type: "access", exp: Math.floor(Date.now() / 1000) + 60, jti: "1", user_id: "2" });
const make = (algorithm: Algorithm, signingKey?: string, verifyingKey?: string) =>
  createJwt({ ...tokenDefaults, algorithm, signingKey, verifyingKey }, signingKey ?? secret);

const pairs: readonly (readonly [Algorithm, Pair | undefined])[] = [
  ["HS256", undefined],
  ["HS384", undefined],
  ["HS512", undefined],
  ["RS256", rsa],
  ["RS384", rsa],
  ["RS512", rsa],
  ["PS256", rsa],
  ["PS384", rsa],
  ["PS512", rsa],
  ["ES256", p256],
  ["ES384", p384],
  ["ES512", p521],
  ["EdDSA", ed25519],
];

test.each(pairs)(
  "%s signs what it verifies, with the public key given or taken from the private one",
  async (algorithm, pair) => {
    const own = await make(algorithm, pair?.privateKey);
    const given = await make(algorithm, pair?.privateKey, pair?.publicKey);
    const token = await own.sign(claims());
    expect((await given.verify(token))["user_id"]).toBe("2");
    expect(JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString())).toEqual({
      alg: algorithm,
      typ: "JWT",
    });
  },
);

test.each(pairs)("%s refuses tokens of every other algorithm", async (algorithm, pair) => {
  const own = await make(algorithm, pair?.privateKey);
  for (const [other, otherPair] of pairs) {
    if (other === algorithm) continue;
    const token = await (await make(other, otherPair?.privateKey)).sign(claims());
    await expect(own.verify(token)).rejects.toThrow("Token is invalid");
  }
});

describe("a public key is no secret", () => {
  test("a token that is signed with it as one is refused", async () => {
    const own = await make("RS256", rsa.privateKey);
    const forged = await new SignJWT(claims())
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .sign(new TextEncoder().encode(rsa.publicKey));
    await expect(own.verify(forged)).rejects.toThrow("Token is invalid");
  });

  test.each([rsa.publicKey, p256.privateKey, "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7", '{"kty":"RSA","n":"abc"}'])(
    "and none signs as one: %.20s",
    async (key) => {
      await expect(make("HS256", key)).rejects.toThrow(ImproperlyConfigured);
    },
  );
});

test.each<readonly [Algorithm, string | undefined, string | undefined, string]>([
  ["RS256", undefined, undefined, "a private key in PEM is needed"],
  ["RS256", "no key", undefined, "needs a private key in PEM"],
  ["RS256", rsa.publicKey, undefined, "needs a private key in PEM"],
  ["RS256", weakRsa.privateKey, undefined, "at least 2048 bits"],
  ["RS256", p256.privateKey, undefined, "RSA key"],
  ["ES256", p384.privateKey, undefined, "prime256v1"],
  ["ES256", rsa.privateKey, undefined, "EC key"],
  ["EdDSA", p256.privateKey, undefined, "Ed25519"],
  ["RS256", rsa.privateKey, "no key", "needs a public key in PEM"],
  ["RS256", rsa.privateKey, otherRsa.publicKey, "is not the public key of signingKey"],
])("%s with a wrong key is refused at start", async (algorithm, signingKey, verifyingKey, message) => {
  const made = make(algorithm, signingKey, verifyingKey);
  await expect(made).rejects.toThrow(ImproperlyConfigured);
  await expect(made).rejects.toThrow(message);
});
