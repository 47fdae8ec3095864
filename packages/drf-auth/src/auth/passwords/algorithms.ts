import { argon2Algorithm } from "./argon2.ts";
import type { PasswordAlgorithm, WritableAlgorithm } from "./algorithm.ts";
import { bcryptSha256Algorithm } from "./bcrypt-sha256.ts";
import { pbkdf2Algorithm } from "./pbkdf2.ts";
import { scryptAlgorithm } from "./scrypt.ts";

/** A format that new passwords can be stored in. */
export type PreferredAlgorithm = "argon2id" | "pbkdf2_sha256";

export interface Algorithms {
  readonly preferred: WritableAlgorithm;
  /** Whether a stored hash that differs from what is written today is to be replaced at login. */
  readonly allowsUpgrade: boolean;
  /** Every format that is read, by what stands before the first `$`. */
  readonly byPrefix: ReadonlyMap<string, PasswordAlgorithm>;
}

/** Creates the registry of Django's password formats, one entry an algorithm. */
export function createAlgorithms(preferred: PreferredAlgorithm, pbkdf2Iterations: number): Algorithms {
  const iterations = pbkdf2Iterations;
  const pbkdf2Sha256 = pbkdf2Algorithm({ prefix: "pbkdf2_sha256", digest: "sha256", digestBytes: 32, iterations });
  const readable: readonly PasswordAlgorithm[] = [
    argon2Algorithm,
    pbkdf2Sha256,
    pbkdf2Algorithm({ prefix: "pbkdf2_sha1", digest: "sha1", digestBytes: 20, iterations }),
    scryptAlgorithm,
    bcryptSha256Algorithm(),
  ];
  const choices = {
    argon2id: { preferred: argon2Algorithm, allowsUpgrade: true },
    // Chosen for a database shared with Django: a rewritten hash ends that user's sessions there.
    pbkdf2_sha256: { preferred: pbkdf2Sha256, allowsUpgrade: false },
  } as const satisfies Record<PreferredAlgorithm, Omit<Algorithms, "byPrefix">>;
  return { ...choices[preferred], byPrefix: new Map(readable.map((algorithm) => [algorithm.prefix, algorithm])) };
}
