import { UnreadableHash } from "./unreadable-hash.ts";

const maxSaltBytes = 128;

/** Reads a whole number as Django writes it: plain digits, no sign, no leading zero. */
export function readNumber(text: string, name: string, minimum: number, maximum: number): number {
  if (!/^(?:0|[1-9]\d{0,9})$/.test(text)) throw new UnreadableHash(`${name} is not a number`);
  const number = Number(text);
  if (number < minimum || number > maximum) {
    throw new UnreadableHash(`${name} is out of bounds (${minimum} to ${maximum})`);
  }
  return number;
}

/** Reads a salt that is used as it stands, as UTF-8. */
export function readSalt(text: string): Buffer {
  const salt = Buffer.from(text, "utf8");
  if (salt.length === 0 || salt.length > maxSaltBytes) {
    throw new UnreadableHash(`the salt is out of bounds (1 to ${maxSaltBytes} bytes)`);
  }
  return salt;
}

/** Reads base64, with padding (Django's own formats) or without (PHC strings), of a length in bytes within bounds. */
export function readBase64(text: string, name: string, form: "padded" | "bare", minimum: number, maximum: number) {
  const bytes = Buffer.from(text, "base64");
  // Buffer.from skips what it does not know and ignores stray bits: only the one way to write the bytes is accepted.
  if (writeBase64(bytes, form) !== text) throw new UnreadableHash(`the ${name} is not base64`);
  if (bytes.length < minimum || bytes.length > maximum) {
    throw new UnreadableHash(`the ${name} is out of bounds (${minimum} to ${maximum} bytes)`);
  }
  return bytes;
}

export function writeBase64(bytes: Buffer, form: "padded" | "bare"): string {
  const padded = bytes.toString("base64");
  return form === "padded" ? padded : padded.replace(/=+$/, "");
}
