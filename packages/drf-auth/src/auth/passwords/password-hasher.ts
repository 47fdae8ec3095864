import { ImproperlyConfigured, ValidationError } from "../../errors.ts";
import type { StoredHash } from "./algorithm.ts";
import { createAlgorithms, type PreferredAlgorithm } from "./algorithms.ts";
import { createHashQueue } from "./hash-queue.ts";
import { passwordBytes } from "./password-bytes.ts";
import { maxPbkdf2Iterations } from "./pbkdf2.ts";
import { randomText } from "./random-text.ts";
import { UnreadableHash } from "./unreadable-hash.ts";
import { isUsablePassword } from "./unusable-password.ts";

export interface PasswordHasherOptions {
  /** What new passwords are stored as; with `pbkdf2_sha256`, for a database shared with Django, no hash is upgraded. */
  readonly algorithm?: PreferredAlgorithm;
  /** How many hashes run at a time in this worker, each in a thread of Node's pool. */
  readonly concurrency?: number;
  /** How many more may wait; whoever comes then is answered 503. */
  readonly maxQueued?: number;
  /** What Django writes that shares the database: 1,000,000 in 5.2, 1,200,000 in 6.0. */
  readonly pbkdf2Iterations?: number;
  /** What 503 tells in Retry-After, in seconds. */
  readonly retryAfterSeconds?: number;
}

/** What a verification found. */
export interface PasswordVerdict {
  readonly isValid: boolean;
  /** Whether to store the password anew: it is valid, and stored in another way than today's. */
  readonly mustUpgrade: boolean;
  /** For the log alone: why the stored string cannot be verified at all, with nothing of it. */
  readonly problem?: string;
}

export interface PasswordHasher {
  /** Hashes running and waiting right now, for metrics. */
  readonly load: { readonly running: number; readonly waiting: number };
  /** Hashes a new password; throws `ValidationError` where it is empty, over 4096 bytes or not Unicode. */
  hash(password: string): Promise<string>;
  /** Verifies a password against a stored string; whatever is stored, it throws nothing but `ServiceUnavailable`. */
  verify(password: string, encoded: string): Promise<PasswordVerdict>;
  /** Spends what verifying takes, for a user who does not exist, so that the time does not tell. */
  verifyNothing(password: string): Promise<void>;
}

const defaults = {
  algorithm: "argon2id",
  concurrency: 2,
  maxQueued: 100,
  pbkdf2Iterations: 1_000_000,
  retryAfterSeconds: 5,
} as const satisfies Required<PasswordHasherOptions>;

const bounds = {
  concurrency: [1, 128],
  maxQueued: [0, 100_000],
  pbkdf2Iterations: [100_000, maxPbkdf2Iterations],
  retryAfterSeconds: [1, 3600],
} as const;

const saltCharacters = 22;
/** Django's column holds 128; a replaced user model's may hold more. */
const maxEncodedCharacters = 512;
const invalid: PasswordVerdict = Object.freeze({ isValid: false, mustUpgrade: false });

/**
 * Creates what hashes and verifies passwords, in the strings of `django.contrib.auth.hashers`.
 *
 * Verified are argon2, pbkdf2_sha256, pbkdf2_sha1, scrypt and, with the package bcryptjs installed, bcrypt_sha256. At
 * most `concurrency` hashes run at a time; each of the three throws `ServiceUnavailable` where `maxQueued` wait.
 */
export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const settled = { ...defaults, ...options };
  check(settled);
  const queue = createHashQueue(settled);
  const { preferred, allowsUpgrade, byPrefix } = createAlgorithms(settled.algorithm, settled.pbkdf2Iterations);
  const spend = (bytes: Buffer) => preferred.encode(bytes, "0".repeat(saltCharacters));

  async function match(bytes: Buffer, encoded: string): Promise<PasswordVerdict> {
    const { prefix, stored } = read(encoded);
    const isPreferred = prefix === preferred.prefix;
    const isValid = await stored.verify(bytes);
    if (isValid) return { isValid, mustUpgrade: allowsUpgrade && (!isPreferred || stored.mustUpgrade) };
    if (isPreferred) await stored.spendRest?.(bytes);
    return invalid;
  }

  function read(encoded: string): { prefix: string; stored: StoredHash } {
    const algorithm = encoded.length > maxEncodedCharacters ? undefined : byPrefix.get(encoded.split("$", 1)[0] ?? "");
    if (!algorithm) throw new UnreadableHash("no known algorithm wrote it");
    try {
      return { prefix: algorithm.prefix, stored: algorithm.decode(encoded) };
    } catch (error) {
      throw error instanceof UnreadableHash ? new UnreadableHash(`${algorithm.prefix}: ${error.message}`) : error;
    }
  }

  return {
    load: queue,

    async hash(password) {
      const { bytes, refusal } = passwordBytes(password);
      if (!bytes) throw new ValidationError(refusal);
      return queue.run(() => preferred.encode(bytes, randomText(saltCharacters)));
    },

    async verify(password, encoded) {
      const { bytes } = passwordBytes(password);
      if (!bytes) return invalid;
      return queue.run(async () => {
        try {
          if (isUsablePassword(encoded)) return await match(bytes, encoded);
          await spend(bytes);
          return invalid;
        } catch (error) {
          await spend(bytes).catch(() => undefined);
          return { ...invalid, problem: describe(error) };
        }
      });
    },

    async verifyNothing(password) {
      const { bytes } = passwordBytes(password);
      if (bytes) await queue.run(() => spend(bytes));
    },
  };
}

function describe(error: unknown): string {
  if (error instanceof UnreadableHash) return `The stored password cannot be verified: ${error.message}.`;
  const kind = (error as { code?: unknown }).code ?? (error as { name?: unknown }).name;
  return `The stored password cannot be verified: hashing failed (${String(kind)}).`;
}

function check(options: Required<PasswordHasherOptions>): void {
  if (options.algorithm !== "argon2id" && options.algorithm !== "pbkdf2_sha256") {
    throw new ImproperlyConfigured('Passwords: algorithm must be "argon2id" or "pbkdf2_sha256".');
  }
  for (const [name, [minimum, maximum]] of Object.entries(bounds)) {
    const value = options[name as keyof typeof bounds];
    if (Number.isInteger(value) && value >= minimum && value <= maximum) continue;
    throw new ImproperlyConfigured(`Passwords: ${name} must be a whole number from ${minimum} to ${maximum}.`);
  }
}
