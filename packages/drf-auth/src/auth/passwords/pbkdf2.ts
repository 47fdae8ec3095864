import { pbkdf2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { StoredHash, WritableAlgorithm } from "./algorithm.ts";
import { readBase64, readNumber, readSalt, writeBase64 } from "./stored-fields.ts";
import { UnreadableHash } from "./unreadable-hash.ts";

/** About a second of one core: four times what Django 6.0 writes. */
export const maxPbkdf2Iterations = 5_000_000;

/** Django's `must_update` asks for 128 bits: 22 characters of its alphabet of 62. */
const minimumSaltCharacters = 22;

const derive = promisify(pbkdf2);

export interface Pbkdf2Options {
  readonly prefix: "pbkdf2_sha256" | "pbkdf2_sha1";
  readonly digest: "sha256" | "sha1";
  readonly digestBytes: number;
  /** What a new hash takes. */
  readonly iterations: number;
}

/** Creates the algorithm of `prefix$iterations$salt$base64`, as `django.contrib.auth.hashers` writes it. */
export function pbkdf2Algorithm({ prefix, digest, digestBytes, iterations }: Pbkdf2Options): WritableAlgorithm {
  return {
    prefix,

    decode(encoded): StoredHash {
      const [, count, saltText, hashText, ...more] = encoded.split("$");
      if (count === undefined || saltText === undefined || hashText === undefined || more.length > 0) {
        throw new UnreadableHash("it has not four parts");
      }
      const stored = readNumber(count, "the number of iterations", 1, maxPbkdf2Iterations);
      const salt = readSalt(saltText);
      const hash = readBase64(hashText, "hash", "padded", digestBytes, digestBytes);
      return {
        mustUpgrade: stored !== iterations || saltText.length < minimumSaltCharacters,
        async verify(password) {
          return timingSafeEqual(await derive(password, salt, stored, digestBytes, digest), hash);
        },
        async spendRest(password) {
          if (stored < iterations) await derive(password, salt, iterations - stored, digestBytes, digest);
        },
      };
    },

    async encode(password, salt) {
      const hash = await derive(password, salt, iterations, digestBytes, digest);
      return `${prefix}$${iterations}$${salt}$${writeBase64(hash, "padded")}`;
    },
  };
}
