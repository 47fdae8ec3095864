import { scrypt, timingSafeEqual, type ScryptOptions } from "node:crypto";
import type { PasswordAlgorithm, StoredHash } from "./algorithm.ts";
import { readBase64, readNumber, readSalt } from "./stored-fields.ts";
import { UnreadableHash } from "./unreadable-hash.ts";

const hashBytes = 64;
const maxMemoryBytes = 128 * 1024 * 1024;
/** N·r·p, which the time is in proportion to: about three times what Django writes, 0.7 s of one core. */
const maxWork = 2 ** 21;

/** Reads `scrypt$N$salt$r$p$base64`, as `django.contrib.auth.hashers` writes it. */
export const scryptAlgorithm: PasswordAlgorithm = {
  prefix: "scrypt",

  decode(encoded): StoredHash {
    const [, cost, saltText, blockSize, parallelism, hashText, ...more] = encoded.split("$");
    if (
      cost === undefined ||
      saltText === undefined ||
      blockSize === undefined ||
      parallelism === undefined ||
      hashText === undefined ||
      more.length > 0
    ) {
      throw new UnreadableHash("it has not six parts");
    }
    const N = readNumber(cost, "N", 2, 2 ** 20);
    const r = readNumber(blockSize, "r", 1, 32);
    const p = readNumber(parallelism, "p", 1, 16);
    if ((N & (N - 1)) !== 0) throw new UnreadableHash("N is not a power of two");
    // RFC 7914 §2 asks for N < 2^(128·r/8); only r = 1 can come near it within the bounds above.
    if (N >= 2 ** (16 * r)) throw new UnreadableHash("N is too large for r");
    if (N * r * p > maxWork) throw new UnreadableHash(`N·r·p is out of bounds (${maxWork})`);
    if (128 * N * r > maxMemoryBytes) throw new UnreadableHash(`N·r is out of bounds (${maxMemoryBytes / 128})`);
    // Besides N blocks OpenSSL counts one a lane and two of scratch against maxmem.
    const maxmem = 128 * r * (N + p + 2);
    const salt = readSalt(saltText);
    const hash = readBase64(hashText, "hash", "padded", hashBytes, hashBytes);
    return {
      mustUpgrade: true,
      async verify(password) {
        return timingSafeEqual(await derive(password, salt, { N, r, p, maxmem }), hash);
      },
    };
  },
};

function derive(password: Buffer, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, hashBytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
