import { AuthenticationFailed } from "../../errors.ts";
import type { Request } from "../../http/index.ts";

/** A header is bytes: the wider spaces of Unicode are part of what they stand in. */
const ASCII_SPACE = /[\t-\r ]+/;

/** The words of a header, as Python splits bytes. */
export function wordsOf(header: string): readonly string[] {
  return header.split(ASCII_SPACE).filter((part) => part !== "");
}

/**
 * What stands behind a scheme in the Authorization header; undefined where another scheme is used.
 *
 * @throws {AuthenticationFailed} in DRF's words when it is not one word; `what` is their name for it.
 */
export function schemeValue(request: Request, scheme: "basic" | "token", what: string): string | undefined {
  const header = request.raw.headers.authorization;
  if (header === undefined || header.trim().slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  const [name = "", value, ...more] = wordsOf(header);
  if (name.toLowerCase() !== scheme) return undefined;
  if (value === undefined) throw new AuthenticationFailed(`Invalid ${scheme} header. No credentials provided.`);
  if (more.length > 0)
    throw new AuthenticationFailed(`Invalid ${scheme} header. ${what} string should not contain spaces.`);
  return value;
}
