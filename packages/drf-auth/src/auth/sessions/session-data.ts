import { timingSafeEqual } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";
import { saltedHmac } from "./salted-hmac.ts";

/** What a session holds: what Django's SessionStore keeps, as JSON. */
export type SessionData = Readonly<Record<string, unknown>>;

const salt = "django.contrib.sessions.SessionStore";
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** What a session may unpack to: far more than a login needs, and no bomb. */
const maxBytes = 1_048_576;
const BEYOND_ASCII = /[\u0080-\uffff]/g;

/** Signs session data as Django's `signing.dumps` does, so that either reads what the other wrote. */
export function encodeSessionData(data: SessionData, secret: string, now = Date.now()): string {
  const json = JSON.stringify(data).replace(BEYOND_ASCII, escaped);
  const plain = Buffer.from(json, "latin1");
  const packed = deflateSync(plain);
  const isPacked = packed.length < plain.length - 1;
  const text = isPacked ? `.${packed.toString("base64url")}` : plain.toString("base64url");
  const signed = `${text}:${base62(Math.floor(now / 1000))}`;
  return `${signed}:${signatureOf(signed, secret)}`;
}

/** Reads session data; undefined when it was not signed with this secret, or is no session's. */
export function decodeSessionData(encoded: string, secret: string): SessionData | undefined {
  const at = encoded.lastIndexOf(":");
  const signed = encoded.slice(0, Math.max(at, 0));
  const given = Buffer.from(encoded.slice(at + 1));
  const wanted = Buffer.from(signatureOf(signed, secret));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
  const [text = ""] = signed.split(":", 1);
  try {
    const bytes = Buffer.from(text.replace(/^\./, ""), "base64url");
    const plain = text.startsWith(".") ? inflateSync(bytes, { maxOutputLength: maxBytes }) : bytes;
    const data: unknown = JSON.parse(plain.toString("utf8"));
    return typeof data === "object" && data !== null && !Array.isArray(data) ? (data as SessionData) : undefined;
  } catch {
    // Signed by us or by Django, yet not in this form: a session of another serializer is no session here.
    return undefined;
  }
}

function signatureOf(signed: string, secret: string): string {
  return saltedHmac(`${salt}signer`, secret, signed).toString("base64url");
}

function base62(number: number): string {
  let text = "";
  for (let rest = number; rest > 0; rest = Math.floor(rest / 62)) text = (alphabet[rest % 62] ?? "") + text;
  return text || "0";
}

/** Python's JSON is ASCII. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
