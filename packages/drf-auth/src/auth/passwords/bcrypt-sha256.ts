import { createHash, timingSafeEqual } from "node:crypto";
import type { PasswordAlgorithm, StoredHash } from "./algorithm.ts";
import { readNumber } from "./stored-fields.ts";
import { UnreadableHash } from "./unreadable-hash.ts";

/** What is used of a bcrypt package: a hash of 60 characters from a password and a `$2b$cost$salt` of 29. */
export interface Bcrypt {
  hash(password: string, salt: string): Promise<string>;
}

/** Each step doubles the time; Django writes 12. */
const maxCost = 14;

const pattern = /^bcrypt_sha256\$((\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{22})[./A-Za-z0-9]{31})$/;

/**
 * Creates the algorithm of `bcrypt_sha256$$2b$cost$…`: bcrypt over the SHA-256 of the password in hexadecimal digits.
 *
 * bcryptjs computes on the main thread, in slices of up to 100 ms: a fifth of a second or more at Django's cost, once
 * a user where hashes are upgraded at login.
 */
export function bcryptSha256Algorithm(load: () => Promise<Bcrypt> = loadBcryptjs): PasswordAlgorithm {
  return {
    prefix: "bcrypt_sha256",

    decode(encoded): StoredHash {
      const [, whole, salt, cost] = pattern.exec(encoded) ?? [];
      if (!whole || !salt || !cost) throw new UnreadableHash("it is no bcrypt string");
      readNumber(cost.replace(/^0/, ""), "the cost", 4, maxCost);
      const stored = Buffer.from(whole, "ascii");
      return {
        mustUpgrade: true,
        async verify(password) {
          const bcrypt = await load();
          const secret = createHash("sha256").update(password).digest("hex");
          const hash = Buffer.from(await bcrypt.hash(secret, salt), "ascii");
          return hash.length === stored.length && timingSafeEqual(hash, stored);
        },
      };
    },
  };
}

async function loadBcryptjs(): Promise<Bcrypt> {
  // Not a literal: the package is an optional peer, and its types may be missing.
  const name: string = "bcryptjs";
  const loaded: unknown = await import(name).catch((cause: unknown) => {
    throw new UnreadableHash(`the package "${name}" cannot be loaded: npm install ${name}`, { cause });
  });
  // Version 2 is CommonJS, whose functions are found on the default export alone.
  for (const candidate of [loaded, (loaded as { default?: unknown }).default])
    if (isBcrypt(candidate)) return candidate;
  throw new UnreadableHash(`the package "${name}" has no function hash`);
}

function isBcrypt(value: unknown): value is Bcrypt {
  return typeof (value as Partial<Bcrypt> | undefined)?.hash === "function";
}
