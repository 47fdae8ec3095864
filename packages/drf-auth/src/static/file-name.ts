import { posix } from "node:path";

/** How many hexadecimal digits of its content's SHA-256 the name of a file carries. */
const hashDigits = 12;
const longestName = 1000;
const refusedCharacter = /[\p{Cc}\\]/u;

/**
 * Tells whether a file may be collected and served under a name, such as `css/app.css`: it is relative, stays below its
 * folder, and no part of it begins with a dot, `.well-known` apart.
 */
export function isServableName(name: string): boolean {
  if (name === "" || name.length > longestName || refusedCharacter.test(name)) return false;
  return name.split("/").every((part) => part !== "" && (!part.startsWith(".") || part === ".well-known"));
}

/** Puts the hash of its content into a name: `css/app.css` becomes `css/app.0123456789ab.css`. */
export function hashedName(name: string, hash: string): string {
  const { dir, name: stem, ext } = posix.parse(name);
  return posix.join(dir, `${stem}.${hash.slice(0, hashDigits)}${ext}`);
}

/** A name as it stands in an address. */
export function encodeName(name: string): string {
  return name.toWellFormed().split("/").map(encodeURIComponent).join("/");
}

/** The name that a part of an address means; undefined where it is none. */
export function decodeName(address: string): string | undefined {
  try {
    // Each part by itself: a slash that was encoded is no slash, and no name has one in a part.
    const parts = address.split("/").map(decodeURIComponent);
    return parts.some((part) => part.includes("/")) ? undefined : parts.join("/");
  } catch {
    return undefined;
  }
}
