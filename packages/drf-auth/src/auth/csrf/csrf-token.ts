import { randomInt } from "node:crypto";

const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const secretLength = 32;
const places = new Map([...alphabet].map((character, index) => [character, index]));

/** A new secret, as Django's CSRF cookie holds it. */
export function newSecret(): string {
  return Array.from({ length: secretLength }, () => alphabet[randomInt(alphabet.length)]).join("");
}

/** Hides a secret differently each time, so that a compressed page tells nothing of it (BREACH). */
export function mask(secret: string): string {
  const pad = newSecret();
  return pad + shifted(secret, pad, 1);
}

/** The secret of a token, masked or not. */
export function secretOf(token: string): string {
  if (token.length === secretLength) return token;
  return shifted(token.slice(secretLength), token.slice(0, secretLength), -1);
}

/** What is wrong with the form of a token, in Django's words; undefined when nothing is. */
export function formFault(token: string): "has incorrect length" | "has invalid characters" | undefined {
  if (token.length !== secretLength && token.length !== secretLength * 2) return "has incorrect length";
  return /[^a-zA-Z0-9]/.test(token) ? "has invalid characters" : undefined;
}

function shifted(text: string, pad: string, sign: 1 | -1): string {
  let result = "";
  for (let index = 0; index < text.length; index += 1) {
    const place = (places.get(text[index] ?? "") ?? 0) + sign * (places.get(pad[index] ?? "") ?? 0);
    result += alphabet[(place + alphabet.length) % alphabet.length];
  }
  return result;
}
