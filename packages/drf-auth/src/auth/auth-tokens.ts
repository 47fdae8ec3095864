import { randomBytes } from "node:crypto";
import { type Database, UniqueViolation } from "../database/index.ts";
import type { UserKey } from "../http/index.ts";
import { type AuthToken, type ModelMeta, QuerySet } from "../models/index.ts";

/** The keys of Django's authtoken application: one a user, without an end. */
export class AuthTokens {
  readonly #rows: QuerySet<typeof AuthToken>;

  constructor(meta: ModelMeta, database: Database) {
    this.#rows = QuerySet.of<typeof AuthToken>(meta, database).orderBy();
  }

  /** The id of the user whose key it is. */
  async userIdOf(key: string): Promise<UserKey | undefined> {
    // The column holds 40 characters: what is longer is no key.
    if (key.length > 40) return undefined;
    return (await this.#rows.filter({ key }).first())?.user_id;
  }

  /** The key of a user, made where there is none. */
  async keyOf(userId: UserKey): Promise<string> {
    const known = await this.#rows.filter({ user: userId }).first();
    if (known) return known.key;
    try {
      return await this.#rows.insert({ key: randomBytes(20).toString("hex"), user: userId });
    } catch (error) {
      // Of two requests at once one makes the key, and the other reads it.
      const made = error instanceof UniqueViolation ? await this.#rows.filter({ user: userId }).first() : undefined;
      if (made) return made.key;
      throw error;
    }
  }
}
