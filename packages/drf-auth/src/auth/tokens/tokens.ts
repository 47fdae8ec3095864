import { hash, randomUUID, timingSafeEqual } from "node:crypto";
import type { Database } from "../../database/index.ts";
import { AuthenticationFailed, ImproperlyConfigured, ValidationError } from "../../errors.ts";
import type { User } from "../../http/index.ts";
import type { Users } from "../users.ts";
import type { Claims, Jwt, TokenType } from "./jwt.ts";
import { InvalidToken } from "./token-error.ts";
import type { TokenRows } from "./token-rows.ts";
import type { TokenSettings } from "./token-settings.ts";
import { VerifiedTokens } from "./verified-tokens.ts";

export interface TokenPair {
  readonly refresh: string;
  readonly access: string;
}

export interface TokensOptions {
  readonly settings: TokenSettings;
  readonly jwt: Jwt;
  readonly rows: TokenRows;
  readonly users: Users;
  readonly database: Database;
}

/** The claims that an access token does not take over from its refresh token. */
const ownClaims: ReadonlySet<string> = new Set(["token_type", "exp", "jti", "iat"]);

/** What tokens say already. */
const reservedClaims: ReadonlySet<string> = new Set([
  ...ownClaims,
  "aud",
  "hash_password",
  "iss",
  "nbf",
  "refresh_exp",
  "sub",
  "user_id",
]);

/** Hands out, exchanges and refuses tokens, claim for claim as SimpleJWT. */
export class Tokens {
  readonly #settings: TokenSettings;
  readonly #jwt: Jwt;
  readonly #rows: TokenRows;
  readonly #users: Users;
  readonly #database: Database;
  readonly #remembered = new VerifiedTokens();

  constructor({ settings, jwt, rows, users, database }: TokensOptions) {
    this.#settings = settings;
    this.#jwt = jwt;
    this.#rows = rows;
    this.#users = users;
    this.#database = database;
  }

  /** Makes a refresh token, which is recorded, and an access token for a user. */
  async obtain(user: User): Promise<TokenPair> {
    const claims = this.#newClaims("refresh", await this.#claimsOf(user));
    const pair = { refresh: await this.#jwt.sign(claims), access: await this.#accessFrom(claims) };
    await this.#database.transaction(async () => {
      await this.#rows.record(pair.refresh, claims, user.id);
      if (this.#settings.updateLastLogin) await this.#users.noteLogin(user.id);
    });
    return pair;
  }

  /** Makes a sliding token, which is recorded: one token that is both, until its time to be refreshed is over. */
  async obtainSliding(user: User): Promise<string> {
    const claims = this.#newClaims("sliding", await this.#claimsOf(user));
    const token = await this.#jwt.sign(claims);
    await this.#database.transaction(async () => {
      await this.#rows.record(token, claims, user.id);
      if (this.#settings.updateLastLogin) await this.#users.noteLogin(user.id);
    });
    return token;
  }

  /**
   * Makes a sliding token good for longer, up to its own end: the same but for `exp` and `iat`.
   *
   * @throws {InvalidToken} when it is refused.
   */
  async refreshSliding(token: string): Promise<string> {
    const claims = await this.#verified(token, "sliding");
    const end = claims["refresh_exp"];
    if (end === undefined) throw new InvalidToken("Token has no 'refresh_exp' claim");
    const now = Math.floor(Date.now() / 1000);
    if (!(Number(end) > now - this.#settings.leewaySeconds))
      throw new InvalidToken("Token 'refresh_exp' claim has expired");
    return this.#jwt.sign({ ...claims, exp: now + this.#settings.slidingLifetimeSeconds, iat: now });
  }

  /**
   * Exchanges a refresh token for an access token and, rotating, a new refresh token.
   *
   * @throws {InvalidToken} when it is refused.
   * @throws {AuthenticationFailed} when its user may not log in any more.
   */
  async refresh(token: string): Promise<Partial<TokenPair>> {
    const claims = await this.#verified(token, "refresh");
    const user = await this.#permittedUser(claims);
    await this.#refuseChangedPassword(token, claims);
    const access = await this.#accessFrom(claims);
    if (!this.#settings.rotate) return { access };
    const rotated = this.#newClaims("refresh", claims);
    const refresh = await this.#jwt.sign(rotated);
    await this.#database.transaction(async () => {
      const userId = user?.id ?? null;
      if (this.#settings.blacklistAfterRotation && !(await this.#rows.blacklist(token, claims, userId))) {
        throw new InvalidToken("Token is blacklisted");
      }
      await this.#rows.record(refresh, rotated, userId);
    });
    return { access, refresh };
  }

  /** Says whether a token of any type is good, without looking at its user. */
  async verify(token: string): Promise<void> {
    const claims = await this.#jwt.verify(token);
    requireClaims(claims);
    if (this.#settings.blacklistAfterRotation && (await this.#rows.isBlacklisted(claims))) {
      throw new ValidationError({ non_field_errors: ["Token is blacklisted"] });
    }
  }

  /** Refuses a refresh token from now on. */
  async blacklist(token: string): Promise<void> {
    const claims = await this.#verified(token, "refresh");
    const user = await this.#users.find(claims["user_id"]);
    const isNew = await this.#database.transaction(() => this.#rows.blacklist(token, claims, user?.id ?? null));
    if (!isNew) throw new InvalidToken("Token is blacklisted");
  }

  /** The claims of an access token: remembered, or verified now. */
  access(token: string): Claims | Promise<Claims> {
    return this.#remembered.find(token) ?? this.#verifiedAccess(token);
  }

  /** The claims of a sliding token, verified and looked up in the blacklist each time. */
  sliding(token: string): Promise<Claims> {
    return this.#verified(token, "sliding");
  }

  /** Tells whether a user may have tokens. */
  async isPermitted(user: User): Promise<boolean> {
    const { checkUserIsActive, userAuthenticationRule } = this.#settings;
    if (userAuthenticationRule) return userAuthenticationRule(user);
    return user.is_active || !checkUserIsActive;
  }

  /** Whether a user who is not active is refused. */
  get checksActive(): boolean {
    return this.#settings.checkUserIsActive;
  }

  /** Whether a changed password refuses the tokens from before. */
  get checksPassword(): boolean {
    return this.#settings.checkRevokeToken;
  }

  /** Tells whether a token was made before its user's password was changed; never where that is not asked for. */
  async isFromBefore(claims: Claims): Promise<boolean> {
    if (!this.#settings.checkRevokeToken) return false;
    const found = await this.#users.findWithPasswordById(claims["user_id"]);
    if (!found) return false;
    const claimed = Buffer.from(String(claims[revokeClaim] ?? ""));
    const wanted = Buffer.from(passwordDigest(found.encodedPassword));
    return claimed.length !== wanted.length || !timingSafeEqual(claimed, wanted);
  }

  async #verifiedAccess(token: string): Promise<Claims> {
    const claims = await this.#jwt.verify(token);
    requireClaims(claims);
    requireType(claims, "access");
    return this.#remembered.remember(token, claims);
  }

  async #verified(token: string, type: "refresh" | "sliding"): Promise<Claims> {
    const claims = await this.#jwt.verify(token);
    // SimpleJWT asks the blacklist first; without a jti it answers 500 there, and we go on to say what is missing.
    if (claims["jti"] !== undefined && (await this.#rows.isBlacklisted(claims))) {
      throw new InvalidToken("Token is blacklisted");
    }
    requireClaims(claims);
    requireType(claims, type);
    return claims;
  }

  async #permittedUser(claims: Claims): Promise<User | undefined> {
    if (!claims["user_id"]) return undefined;
    const user = await this.#users.find(claims["user_id"]);
    if (user && (await this.isPermitted(user))) return user;
    throw new AuthenticationFailed("No active account found for the given token.");
  }

  /** As SimpleJWT's main: the refresh token is refused from then on, too. */
  async #refuseChangedPassword(token: string, claims: Claims): Promise<void> {
    if (!(await this.isFromBefore(claims))) return;
    const user = await this.#users.find(claims["user_id"]);
    await this.#database.transaction(() => this.#rows.blacklist(token, claims, user?.id ?? null));
    throw new AuthenticationFailed("The user's password has been changed.");
  }

  async #claimsOf(user: User): Promise<Claims> {
    const { claims, checkRevokeToken } = this.#settings;
    const own = claims ? await claims(user) : {};
    const taken = Object.keys(own).filter((name) => reservedClaims.has(name));
    if (taken.length > 0) {
      throw new ImproperlyConfigured(`settings.tokens.claims: ${taken.join(", ")} cannot be claims of your own.`);
    }
    const stored = checkRevokeToken ? await this.#users.findWithPasswordById(user.id) : undefined;
    return {
      user_id: String(user.id),
      ...own,
      ...(stored && { [revokeClaim]: passwordDigest(stored.encodedPassword) }),
    };
  }

  #accessFrom(refresh: Claims): Promise<string> {
    return this.#jwt.sign(this.#newClaims("access", refresh));
  }

  #lifetimeSeconds(type: TokenType): number {
    const { accessLifetimeSeconds, refreshLifetimeSeconds, slidingLifetimeSeconds } = this.#settings;
    return { access: accessLifetimeSeconds, refresh: refreshLifetimeSeconds, sliding: slidingLifetimeSeconds }[type];
  }

  #newClaims(type: TokenType, from: Claims): Claims {
    const { audience, issuer, slidingRefreshLifetimeSeconds } = this.#settings;
    const iat = Math.floor(Date.now() / 1000);
    const kept = Object.entries(from).filter(([name]) => !ownClaims.has(name));
    return {
      token_type: type,
      exp: iat + this.#lifetimeSeconds(type),
      iat,
      jti: randomUUID().replaceAll("-", ""),
      ...(type === "sliding" && { refresh_exp: iat + slidingRefreshLifetimeSeconds }),
      ...Object.fromEntries(kept),
      ...(audience !== undefined && { aud: audience }),
      ...(issuer !== undefined && { iss: issuer }),
    };
  }
}

/** SimpleJWT's REVOKE_TOKEN_CLAIM and its value: a digest of the stored hash, never of the password. */
const revokeClaim = "hash_password";

function passwordDigest(encodedPassword: string): string {
  return hash("md5", encodedPassword, "hex").toUpperCase();
}

function requireClaims(claims: Claims): void {
  if (claims["exp"] === undefined) throw new InvalidToken("Token has no 'exp' claim");
  if (claims["jti"] === undefined) throw new InvalidToken("Token has no id");
}

function requireType(claims: Claims, type: TokenType): void {
  if (claims["token_type"] === undefined) throw new InvalidToken("Token has no type");
  if (claims["token_type"] !== type) throw new InvalidToken("Token has wrong type");
}
