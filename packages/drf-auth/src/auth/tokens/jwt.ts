import { errors, jwtVerify, SignJWT } from "jose";
import { signingKeys } from "./signing-keys.ts";
import { InvalidToken } from "./token-error.ts";
import type { TokenSettings } from "./token-settings.ts";

/** The claims of a token whose signature and times were checked. */
export type Claims = Readonly<Record<string, unknown>>;

export type TokenType = "access" | "refresh" | "sliding";

/** Signs and verifies tokens; the one module that knows jose. */
export interface Jwt {
  sign(claims: Claims): Promise<string>;
  /**
   * Checks signature, algorithm, times, issuer and audience, as PyJWT does for SimpleJWT.
   *
   * @throws {InvalidToken} whatever is wrong.
   */
  verify(token: string): Promise<Claims>;
}

/** No token of ours comes near it; hashing more would be a gift to whoever sends it. */
const maxTokenCharacters = 65_536;

/** Reads the keys once; `secret` is what signs where the algorithm is HMAC. */
export async function createJwt(settings: TokenSettings, secret: string): Promise<Jwt> {
  const { algorithm, audience, issuer, leewaySeconds } = settings;
  const keys = await signingKeys(settings, secret);
  const expected = {
    algorithms: [algorithm],
    clockTolerance: leewaySeconds,
    ...(audience !== undefined && { audience }),
    ...(issuer !== undefined && { issuer }),
  };
  return {
    sign: (claims) =>
      new SignJWT(claims as Record<string, unknown>).setProtectedHeader({ alg: algorithm, typ: "JWT" }).sign(keys.sign),
    async verify(token) {
      if (token.length > maxTokenCharacters) throw new InvalidToken("Token is invalid");
      try {
        const { payload, protectedHeader } = await jwtVerify(token, keys.verify, expected);
        if (!hasKnownHeader(protectedHeader) || !hasRegisteredShapes(payload, leewaySeconds))
          throw new InvalidToken("Token is invalid");
        return payload;
      } catch (error) {
        if (error instanceof InvalidToken) throw error;
        const isExpired = error instanceof errors.JWTExpired;
        throw new InvalidToken(isExpired ? "Token is expired" : "Token is invalid", { cause: error });
      }
    },
  };
}

/** What PyJWT refuses in the header and jose does not look at: a `kid` that is no string, a detached payload. */
function hasKnownHeader({ kid, b64 }: Readonly<Record<string, unknown>>): boolean {
  return (kid === undefined || typeof kid === "string") && b64 !== false;
}

/** The end of the year 9999, in seconds: no date of Django's lies beyond it. */
const maxSeconds = 253_402_300_799;

/** What PyJWT refuses and jose does not look at: an `iat` to come, a `sub` or `jti` that is no string. */
function hasRegisteredShapes(claims: Claims, leewaySeconds: number): boolean {
  const { exp, iat, sub, jti } = claims;
  const latest = Math.floor(Date.now() / 1000) + leewaySeconds;
  const isIssued = iat === undefined || (typeof iat === "number" && Math.trunc(iat) <= latest);
  const isDate = exp === undefined || (typeof exp === "number" && exp <= maxSeconds);
  return isIssued && isDate && [sub, jti].every((claim) => claim === undefined || typeof claim === "string");
}
