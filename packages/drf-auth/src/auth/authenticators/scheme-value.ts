import { AuthenticationFailed } from "../../errors.ts";
import type { Request } from "../../http/index.ts";

const ASCII_SPACE = /[\t-\r ]+/;

/**
 * What stands behind a scheme in the Authorization header; undefined where another scheme is used.
 *
 * @throws {AuthenticationFailed} with one of the messages when it is not one word.
 */
export function schemeValue(
  request: Request,
  scheme: string,
  messages: { readonly none: string; readonly spaces: string },
): string | undefined {
  const header = request.raw.headers.authorization;
  if (header === undefined || header.trim().slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  const [name = "", value, ...more] = header.split(ASCII_SPACE).filter((part) => part !== "");
  if (name.toLowerCase() !== scheme) return undefined;
  if (value === undefined) throw new AuthenticationFailed(messages.none);
  if (more.length > 0) throw new AuthenticationFailed(messages.spaces);
  return value;
}
