/** What a browser may do with a cookie (RFC 6265 §5.3). */
export interface CookieOptions {
  /** How long it is kept, in seconds; undefined: until the browser is closed. 0 removes it. */
  readonly maxAgeSeconds?: number;
  /** Whether scripts are kept from it. */
  readonly isHttpOnly?: boolean;
  /** Whether it is sent by HTTPS alone. */
  readonly isSecure?: boolean;
  readonly sameSite?: "Lax" | "None" | "Strict";
}

/** Reads a Cookie header as Django does: of a name that comes twice the last counts, quotes around a value are left out. */
export function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  if (header === undefined) return cookies;
  for (const part of header.split(";")) {
    const at = part.indexOf("=");
    const name = (at === -1 ? "" : part.slice(0, at)).trim();
    const value = part.slice(at + 1).trim();
    if (name === "" && value === "") continue;
    cookies.set(name, value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value);
  }
  return cookies;
}

const VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

/** Writes a Set-Cookie header for the whole site. */
export function formatCookie(name: string, value: string, options: CookieOptions = {}): string {
  if (!VALUE.test(value)) throw new TypeError(`The value of the cookie ${name} holds a character that none may hold.`);
  const { maxAgeSeconds, isHttpOnly = false, isSecure = false, sameSite = "Lax" } = options;
  let text = `${name}=${value === "" ? '""' : value}`;
  if (maxAgeSeconds !== undefined) {
    const expires = maxAgeSeconds === 0 ? new Date(0) : new Date(Date.now() + maxAgeSeconds * 1000);
    text += `; expires=${expires.toUTCString()}; Max-Age=${maxAgeSeconds}`;
  }
  return `${text}${isHttpOnly ? "; HttpOnly" : ""}; Path=/; SameSite=${sameSite}${isSecure ? "; Secure" : ""}`;
}
