import { argon2, timingSafeEqual, type Argon2Algorithm } from "node:crypto";
import { promisify } from "node:util";
import type { StoredHash, WritableAlgorithm } from "./algorithm.ts";
import { readBase64, readNumber, writeBase64 } from "./stored-fields.ts";
import { UnreadableHash } from "./unreadable-hash.ts";

/** OWASP's second choice for argon2id: 19 MiB, two passes, one lane; a third of the time of Django's parameters. */
const written = { variety: "argon2id", memoryKib: 19_456, passes: 2, lanes: 1, tagBytes: 32, saltBytes: 22 } as const;

/** Django's own 100 MiB fits; with two hashes at a time a worker holds twice this. */
const maxMemoryKib = 131_072;
/** Memory times passes, which the time is in proportion to: five times Django's. */
const maxWorkKib = 2 ** 20;

const pattern = /^argon2\$(argon2(?:id|i|d))\$v=(\d+)\$m=(\d+),t=(\d+),p=(\d+)\$([^$]*)\$([^$]*)$/;

const derive = promisify(argon2);

/**
 * Reads and writes `argon2$argon2id$v=19$m=…,t=…,p=…$salt$hash`: a PHC string behind the name of Django's hasher.
 *
 * argon2i and argon2d are read too; version 16, which nothing writes since 2016, is not.
 */
export const argon2Algorithm: WritableAlgorithm = {
  prefix: "argon2",

  decode(encoded): StoredHash {
    const [, variety, version, m, t, p, saltText, hashText] = pattern.exec(encoded) ?? [];
    if (!isVariety(variety) || !version || !m || !t || !p || saltText === undefined || hashText === undefined) {
      throw new UnreadableHash("it is no PHC string with m, t and p in this order");
    }
    readNumber(version, "the version", 19, 19);
    const parallelism = readNumber(p, "p", 1, 16);
    // RFC 9106 §3.1: at least 8 KiB a lane.
    const memory = readNumber(m, "m", 8 * parallelism, maxMemoryKib);
    const passes = readNumber(t, "t", 1, 64);
    if (memory * passes > maxWorkKib) throw new UnreadableHash(`m·t is out of bounds (${maxWorkKib})`);
    const nonce = readBase64(saltText, "salt", "bare", 8, 64);
    const hash = readBase64(hashText, "hash", "bare", 16, 64);
    const parameters = { nonce, parallelism, tagLength: hash.length, memory, passes };
    return {
      mustUpgrade:
        variety !== written.variety ||
        memory !== written.memoryKib ||
        passes !== written.passes ||
        parallelism !== written.lanes ||
        hash.length !== written.tagBytes ||
        nonce.length < written.saltBytes,
      async verify(password) {
        return timingSafeEqual(await derive(variety, { ...parameters, message: password }), hash);
      },
      async spendRest(password) {
        const rest = Math.floor(written.memoryKib - (memory * passes) / written.passes);
        if (rest < 8) return;
        await derive(written.variety, { ...today(password, nonce), memory: rest });
      },
    };
  },

  async encode(password, salt) {
    const nonce = Buffer.from(salt, "ascii");
    const hash = await derive(written.variety, today(password, nonce));
    const { variety, memoryKib, passes, lanes } = written;
    const parameters = `m=${memoryKib},t=${passes},p=${lanes}`;
    return `argon2$${variety}$v=19$${parameters}$${writeBase64(nonce, "bare")}$${writeBase64(hash, "bare")}`;
  },
};

function today(message: Buffer, nonce: Buffer) {
  const { memoryKib, passes, lanes, tagBytes } = written;
  return { message, nonce, parallelism: lanes, tagLength: tagBytes, memory: memoryKib, passes };
}

function isVariety(text: string | undefined): text is Argon2Algorithm {
  return text === "argon2id" || text === "argon2i" || text === "argon2d";
}
