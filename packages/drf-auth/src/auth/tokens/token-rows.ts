import { type Database, UniqueViolation } from "../../database/index.ts";
import type { UserKey } from "../../http/index.ts";
import { BlacklistedToken, currentTime, type ModelRegistry, OutstandingToken, QuerySet } from "../../models/index.ts";
import type { Claims } from "./jwt.ts";

/** The rows of refresh tokens that were handed out and of those refused from now on: SimpleJWT's blacklist tables. */
export class TokenRows {
  readonly #outstanding: QuerySet<typeof OutstandingToken>;
  readonly #blacklisted: QuerySet<typeof BlacklistedToken>;

  constructor(registry: ModelRegistry, database: Database) {
    this.#outstanding = QuerySet.of(registry.meta(OutstandingToken), database);
    this.#blacklisted = QuerySet.of(registry.meta(BlacklistedToken), database);
  }

  /** Records a refresh token; gives the row's id. */
  record(token: string, claims: Claims, userId: UserKey | null): Promise<number> {
    return this.#outstanding.insert({
      token,
      jti: String(claims["jti"]),
      user: userId,
      created_at: currentTime(),
      expires_at: new Date(Number(claims["exp"]) * 1000).toISOString(),
    });
  }

  isBlacklisted(claims: Claims): Promise<boolean> {
    return this.#blacklisted.filter({ token__jti: String(claims["jti"]) }).exists();
  }

  /** Refuses a token from now on; gives false when it was refused already, so that of two at once one wins. */
  async blacklist(token: string, claims: Claims, userId: UserKey | null): Promise<boolean> {
    const known = await this.#outstanding.filter({ jti: String(claims["jti"]) }).first();
    try {
      await this.#blacklisted.insert({ token: known?.id ?? (await this.record(token, claims, userId)) });
      return true;
    } catch (error) {
      if (error instanceof UniqueViolation) return false;
      throw error;
    }
  }
}
