/** How tokens are made and checked; SimpleJWT's settings of the same meaning are in parentheses. */
export interface TokenSettings {
  /** How long an access token is valid, in seconds (ACCESS_TOKEN_LIFETIME). */
  readonly accessLifetimeSeconds: number;
  /** Whose the tokens are for: put into `aud` and required there (AUDIENCE). */
  readonly audience: string | undefined;
  /** The keyed hash (ALGORITHM); a token signed with another is refused. */
  readonly algorithm: "HS256" | "HS384" | "HS512";
  /** Whether a refresh token that was exchanged is refused from then on (BLACKLIST_AFTER_ROTATION). */
  readonly blacklistAfterRotation: boolean;
  /** Who makes the tokens: put into `iss` and required there (ISSUER). */
  readonly issuer: string | undefined;
  /** How far clocks may differ, in seconds (LEEWAY). */
  readonly leewaySeconds: number;
  /** How long a refresh token is valid, in seconds (REFRESH_TOKEN_LIFETIME). */
  readonly refreshLifetimeSeconds: number;
  /** Whether a refresh gives a new refresh token too (ROTATE_REFRESH_TOKENS). */
  readonly rotate: boolean;
  /** The key that signs, where it is not SECRET_KEY (SIGNING_KEY); at least 32 bytes. */
  readonly signingKey: string | undefined;
  /** Whether obtaining tokens sets the user's last_login (UPDATE_LAST_LOGIN). */
  readonly updateLastLogin: boolean;
}

export const tokenDefaults: TokenSettings = Object.freeze({
  accessLifetimeSeconds: 300,
  audience: undefined,
  algorithm: "HS256",
  blacklistAfterRotation: true,
  issuer: undefined,
  leewaySeconds: 0,
  refreshLifetimeSeconds: 86_400,
  rotate: true,
  signingKey: undefined,
  updateLastLogin: false,
});
