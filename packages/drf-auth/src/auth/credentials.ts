import { ServiceUnavailable } from "../errors.ts";
import type { User } from "../http/index.ts";
import type { PasswordHasher } from "./passwords/index.ts";
import type { Users, UserWithPassword } from "./users.ts";

/** Tells the log what the caller may not know. */
export type Warn = (facts: object, message: string) => void;

/**
 * Checks a username and password: the one place that does.
 *
 * A user who does not exist costs the same hash as one who does, so that nobody learns names from the time it takes.
 * An older kind of hash is written anew, unless the database is shared with Django.
 */
export class Credentials {
  readonly #users: Users;
  readonly #passwords: PasswordHasher;
  readonly #warn: Warn;

  constructor(users: Users, passwords: PasswordHasher, warn: Warn) {
    this.#users = users;
    this.#passwords = passwords;
    this.#warn = warn;
  }

  /** Gives the active user, or undefined without saying which of the three was wrong. */
  async check(username: string, password: string): Promise<User | undefined> {
    const found = await this.#users.findWithPassword(username);
    if (!found) {
      await this.#passwords.verifyNothing(password);
      return undefined;
    }
    const { isValid, mustUpgrade, problem } = await this.#passwords.verify(password, found.encodedPassword);
    if (problem !== undefined) this.#warn({ userId: found.user.id }, `A stored password cannot be read: ${problem}`);
    if (!isValid || !found.user.is_active) return undefined;
    if (mustUpgrade) await this.#upgrade(found, password);
    return found.user;
  }

  /** A full queue is no reason to refuse who is who they say: the next login upgrades. */
  async #upgrade({ user, encodedPassword }: UserWithPassword, password: string): Promise<void> {
    try {
      await this.#users.replacePassword(user.id, encodedPassword, await this.#passwords.hash(password));
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
    }
  }
}
