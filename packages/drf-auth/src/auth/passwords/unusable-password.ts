import { randomText } from "./random-text.ts";

const prefix = "!";

/**
 * Gives a string to store for a user who has no password, as Django's `set_unusable_password`.
 *
 * It is random, so that what is derived from the stored password (a link to reset it, say) differs a user.
 */
export function unusablePassword(): string {
  return prefix + randomText(40);
}

/** Says whether a stored string stands for a password, and not for having none. */
export function isUsablePassword(encoded: string): boolean {
  return !encoded.startsWith(prefix);
}
