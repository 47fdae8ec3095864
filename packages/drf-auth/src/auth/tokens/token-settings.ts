import type { User } from "../../http/index.ts";

/** How tokens are signed (RFC 7518 §3.1, RFC 8037). */
export type Algorithm =
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA"
  | "HS256"
  | "HS384"
  | "HS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "RS256"
  | "RS384"
  | "RS512";

/** Claims of an application's own: what JSON can hold. */
export type OwnClaims = Readonly<Record<string, unknown>>;

/** How tokens are made and checked; SimpleJWT's settings of the same meaning are in parentheses. */
export interface TokenSettings {
  /** How long an access token is valid, in seconds (ACCESS_TOKEN_LIFETIME). */
  readonly accessLifetimeSeconds: number;
  /** Whose the tokens are for: put into `aud` and required there (AUDIENCE). */
  readonly audience: string | undefined;
  /** How tokens are signed (ALGORITHM); one that is signed otherwise is refused. */
  readonly algorithm: Algorithm;
  /** Whether a refresh token that was exchanged is refused from then on (BLACKLIST_AFTER_ROTATION). */
  readonly blacklistAfterRotation: boolean;
  /** Whether a changed password refuses the tokens from before: each carries a digest of its hash (CHECK_REVOKE_TOKEN). */
  readonly checkRevokeToken: boolean;
  /** Whether users that are not active are refused (CHECK_USER_IS_ACTIVE). */
  readonly checkUserIsActive: boolean;
  /** Claims of your own for a user's tokens, as SimpleJWT's token factory; they stay as they are when a token is refreshed. */
  readonly claims: ((user: User) => OwnClaims | Promise<OwnClaims>) | undefined;
  /** Who makes the tokens: put into `iss` and required there (ISSUER). */
  readonly issuer: string | undefined;
  /** How far clocks may differ, in seconds (LEEWAY). */
  readonly leewaySeconds: number;
  /** How long a refresh token is valid, in seconds (REFRESH_TOKEN_LIFETIME). */
  readonly refreshLifetimeSeconds: number;
  /** Whether a refresh gives a new refresh token too (ROTATE_REFRESH_TOKENS). */
  readonly rotate: boolean;
  /** The key that signs, where it is not SECRET_KEY (SIGNING_KEY): at least 32 bytes, or a private key in PEM. */
  readonly signingKey: string | undefined;
  /** How long a sliding token is valid, in seconds (SLIDING_TOKEN_LIFETIME). */
  readonly slidingLifetimeSeconds: number;
  /** For how long a sliding token can be refreshed, in seconds (SLIDING_TOKEN_REFRESH_LIFETIME). */
  readonly slidingRefreshLifetimeSeconds: number;
  /** Whether obtaining tokens sets the user's last_login (UPDATE_LAST_LOGIN). */
  readonly updateLastLogin: boolean;
  /** Who may have tokens, at login and at refresh (USER_AUTHENTICATION_RULE). Default: who is active. */
  readonly userAuthenticationRule: ((user: User) => boolean | Promise<boolean>) | undefined;
  /** The public key in PEM that checks (VERIFYING_KEY). Default: that of `signingKey`. */
  readonly verifyingKey: string | undefined;
}

export const tokenDefaults: TokenSettings = Object.freeze({
  accessLifetimeSeconds: 300,
  audience: undefined,
  algorithm: "HS256",
  blacklistAfterRotation: true,
  checkRevokeToken: false,
  checkUserIsActive: true,
  claims: undefined,
  issuer: undefined,
  leewaySeconds: 0,
  refreshLifetimeSeconds: 86_400,
  rotate: true,
  signingKey: undefined,
  slidingLifetimeSeconds: 300,
  slidingRefreshLifetimeSeconds: 86_400,
  updateLastLogin: false,
  userAuthenticationRule: undefined,
  verifyingKey: undefined,
});
