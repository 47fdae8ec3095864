import type { AttemptsByKey, AttemptStore } from "./attempt-store.ts";
import type { Attempts } from "./login-delay.ts";

const maxKeys = 30_000;

/** Counts failed logins in this process alone, where there is no table; what was used longest ago is forgotten first. */
export class RememberedAttempts implements AttemptStore {
  readonly #attempts = new Map<string, Attempts>();

  async read(keys: readonly string[]): Promise<AttemptsByKey> {
    return this.#found(keys);
  }

  async change(keys: readonly string[], work: (found: AttemptsByKey) => AttemptsByKey): Promise<void> {
    for (const [key, attempts] of work(this.#found(keys))) {
      this.#attempts.delete(key);
      this.#attempts.set(key, attempts);
      const oldest = this.#attempts.size > maxKeys ? this.#attempts.keys().next().value : undefined;
      if (oldest !== undefined) this.#attempts.delete(oldest);
    }
  }

  #found(keys: readonly string[]): AttemptsByKey {
    const found = new Map<string, Attempts>();
    for (const key of keys) {
      const attempts = this.#attempts.get(key);
      if (attempts) found.set(key, attempts);
    }
    return found;
  }
}
