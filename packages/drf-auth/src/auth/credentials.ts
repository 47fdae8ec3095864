import { audit, type AuditedRequest } from "../audit.ts";
import { ServiceUnavailable, Throttled } from "../errors.ts";
import type { User } from "../http/index.ts";
import { isAdmitted, type LoginThrottle } from "./login-failures/login-throttle.ts";
import type { PasswordHasher } from "./passwords/index.ts";
import type { Users, UserWithPassword } from "./users.ts";

/** Tells the log what the caller may not know. */
export type Warn = (facts: object, message: string) => void;

export interface CredentialsOptions {
  readonly users: Users;
  readonly passwords: PasswordHasher;
  readonly throttle: LoginThrottle;
  readonly warn: Warn;
}

/**
 * Checks a username and password: the one place that does.
 *
 * A user who does not exist costs the same hash as one who does, so that nobody learns names from the time it takes.
 * Failures are counted, and delay the next logins. An older kind of hash is written anew, unless the database is shared
 * with Django.
 */
export class Credentials {
  readonly #options: CredentialsOptions;

  constructor(options: CredentialsOptions) {
    this.#options = options;
  }

  /**
   * Gives the active user, or undefined without saying which of the three was wrong.
   *
   * Belongs outside of transactions: what it counts must be kept when its caller raises. Failures go to the log; who
   * logs somebody in tells it of that.
   *
   * @throws {Throttled} when too many failed before: the password is not looked at then.
   * @throws {ServiceUnavailable} when too many wait for a hash, or the database is too busy to count.
   */
  async check(username: string, password: string, request: AuditedRequest): Promise<User | undefined> {
    const login = await this.#options.throttle.admit(username, request.client.address);
    if (!isAdmitted(login)) {
      const waitSeconds = Math.ceil(login.waitSeconds);
      audit(request, { event: "login.throttled", by: login.by, waitSeconds });
      throw new Throttled(waitSeconds);
    }
    let found: UserWithPassword | undefined;
    let isRight: boolean;
    try {
      found = await this.#options.users.findWithPassword(username);
      isRight = await this.#isRight(found, password);
    } catch (error) {
      await login.abandon();
      throw error;
    }
    if (found && isRight) {
      await login.succeed();
      return found.user;
    }
    audit(request, { event: "login.failed", ...(found && { userId: found.user.id }) });
    await login.fail();
    return undefined;
  }

  async #isRight(found: UserWithPassword | undefined, password: string): Promise<boolean> {
    const { passwords, warn } = this.#options;
    if (!found) {
      await passwords.verifyNothing(password);
      return false;
    }
    const { isValid, mustUpgrade, problem } = await passwords.verify(password, found.encodedPassword);
    if (problem !== undefined) warn({ userId: found.user.id }, `A stored password cannot be read: ${problem}`);
    if (!isValid || !found.user.is_active) return false;
    if (mustUpgrade) await this.#upgrade(found, password);
    return true;
  }

  /** A full queue is no reason to refuse who is who they say: the next login upgrades. */
  async #upgrade({ user, encodedPassword }: UserWithPassword, password: string): Promise<void> {
    const { users, passwords } = this.#options;
    try {
      await users.replacePassword(user.id, encodedPassword, await passwords.hash(password));
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
    }
  }
}
