import { createHmac, hash } from "node:crypto";

/** Django's `salted_hmac` with SHA-256: the key is the hash of the salt and the secret together. */
export function saltedHmac(salt: string, secret: string, value: string): Buffer {
  const key = hash("sha256", salt + secret, "buffer");
  return createHmac("sha256", key).update(value).digest();
}
