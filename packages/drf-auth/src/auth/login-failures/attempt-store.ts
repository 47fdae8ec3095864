import type { Attempts } from "./login-delay.ts";

/** What is known of logins, by key. */
export type AttemptsByKey = ReadonlyMap<string, Attempts>;

/** Where failed logins are counted. */
export interface AttemptStore {
  read(keys: readonly string[]): Promise<AttemptsByKey>;
  /** Changes what `work` gives, of what it is given; nobody else changes those keys meanwhile. */
  change(keys: readonly string[], work: (found: AttemptsByKey) => AttemptsByKey): Promise<void>;
}
