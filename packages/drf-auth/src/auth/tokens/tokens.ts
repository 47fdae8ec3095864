import { randomUUID } from "node:crypto";
import type { Database } from "../../database/index.ts";
import { AuthenticationFailed, ValidationError } from "../../errors.ts";
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

/** Hands out, exchanges and refuses tokens, claim for claim as SimpleJWT. */
export class Tokens {
  readonly #settings: TokenSettings;
  readonly #jwt: Jwt;
  readonly #rows: TokenRows;
  readonly #users: Users;
  readonly #database: Database;
  readonly #verified = new VerifiedTokens();

  constructor({ settings, jwt, rows, users, database }: TokensOptions) {
    this.#settings = settings;
    this.#jwt = jwt;
    this.#rows = rows;
    this.#users = users;
    this.#database = database;
  }

  /** Makes a refresh token, which is recorded, and an access token for a user. */
  async obtain(user: User): Promise<TokenPair> {
    const claims = this.#newClaims("refresh", { user_id: String(user.id) });
    const pair = { refresh: await this.#jwt.sign(claims), access: await this.#accessFrom(claims) };
    await this.#database.transaction(async () => {
      await this.#rows.record(pair.refresh, claims, user.id);
      if (this.#settings.updateLastLogin) await this.#users.noteLogin(user.id);
    });
    return pair;
  }

  /**
   * Exchanges a refresh token for an access token and, rotating, a new refresh token.
   *
   * @throws {InvalidToken} when it is refused.
   * @throws {AuthenticationFailed} when its user may not log in any more.
   */
  async refresh(token: string): Promise<Partial<TokenPair>> {
    const claims = await this.#verifiedRefresh(token);
    const user = await this.#activeUser(claims);
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
    const claims = await this.#verifiedRefresh(token);
    const user = await this.#users.find(claims["user_id"]);
    const isNew = await this.#database.transaction(() => this.#rows.blacklist(token, claims, user?.id ?? null));
    if (!isNew) throw new InvalidToken("Token is blacklisted");
  }

  /** The claims of an access token: remembered, or verified now. */
  access(token: string): Claims | Promise<Claims> {
    return this.#verified.find(token) ?? this.#verifiedAccess(token);
  }

  async #verifiedAccess(token: string): Promise<Claims> {
    const claims = await this.#jwt.verify(token);
    requireClaims(claims);
    requireType(claims, "access");
    return this.#verified.remember(token, claims);
  }

  async #verifiedRefresh(token: string): Promise<Claims> {
    const claims = await this.#jwt.verify(token);
    // SimpleJWT asks the blacklist first; without a jti it answers 500 there, and we go on to say what is missing.
    if (claims["jti"] !== undefined && (await this.#rows.isBlacklisted(claims))) {
      throw new InvalidToken("Token is blacklisted");
    }
    requireClaims(claims);
    requireType(claims, "refresh");
    return claims;
  }

  async #activeUser(claims: Claims): Promise<User | undefined> {
    if (!claims["user_id"]) return undefined;
    const user = await this.#users.find(claims["user_id"]);
    if (user?.is_active) return user;
    throw new AuthenticationFailed("No active account found for the given token.");
  }

  #accessFrom(refresh: Claims): Promise<string> {
    return this.#jwt.sign(this.#newClaims("access", refresh));
  }

  #newClaims(type: TokenType, from: Claims): Claims {
    const { accessLifetimeSeconds, refreshLifetimeSeconds, audience, issuer } = this.#settings;
    const iat = Math.floor(Date.now() / 1000);
    const kept = Object.entries(from).filter(([name]) => !ownClaims.has(name));
    return {
      token_type: type,
      exp: iat + (type === "access" ? accessLifetimeSeconds : refreshLifetimeSeconds),
      iat,
      jti: randomUUID().replaceAll("-", ""),
      ...Object.fromEntries(kept),
      ...(audience !== undefined && { aud: audience }),
      ...(issuer !== undefined && { iss: issuer }),
    };
  }
}

function requireClaims(claims: Claims): void {
  if (claims["exp"] === undefined) throw new InvalidToken("Token has no 'exp' claim");
  if (claims["jti"] === undefined) throw new InvalidToken("Token has no id");
}

function requireType(claims: Claims, type: TokenType): void {
  if (claims["token_type"] === undefined) throw new InvalidToken("Token has no type");
  if (claims["token_type"] !== type) throw new InvalidToken("Token has wrong type");
}
