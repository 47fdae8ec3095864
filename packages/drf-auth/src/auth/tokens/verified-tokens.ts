import { hash } from "node:crypto";
import type { Claims } from "./jwt.ts";

interface Verified {
  readonly claims: Claims;
  /** Until when the entry may be used, in milliseconds: the token's end or a minute, whichever is sooner. */
  readonly until: number;
}

const maxTokens = 10_000;
const maxSeconds = 60;

/**
 * Remembers which access tokens were verified, so that a client's next request costs one hash.
 *
 * Entered only after everything succeeded, under the SHA-256 of the whole token; the end is looked at on every hit.
 * Only the token is remembered: the user is loaded and checked on each request.
 */
export class VerifiedTokens {
  readonly #byDigest = new Map<string, Verified>();

  find(token: string): Claims | undefined {
    const digest = digestOf(token);
    const known = this.#byDigest.get(digest);
    if (!known) return undefined;
    this.#byDigest.delete(digest);
    if (known.until <= Date.now()) return undefined;
    // Entered anew, it is the last to be forgotten.
    this.#byDigest.set(digest, known);
    return known.claims;
  }

  remember(token: string, claims: Claims): Claims {
    const frozen = deepFreeze(claims);
    const end = Number(claims["exp"]) * 1000;
    const digest = digestOf(token);
    this.#byDigest.delete(digest);
    const oldest = this.#byDigest.size >= maxTokens ? this.#byDigest.keys().next().value : undefined;
    if (oldest !== undefined) this.#byDigest.delete(oldest);
    this.#byDigest.set(digest, { claims: frozen, until: Math.min(end, Date.now() + maxSeconds * 1000) });
    return frozen;
  }
}

function digestOf(token: string): string {
  return hash("sha256", token, "base64");
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const item of Object.values(value)) deepFreeze(item);
  return Object.freeze(value);
}
