import type { Request } from "../http/index.ts";

const maxCharacters = 2048;
const CONTROL_OR_BACKSLASH = /[\p{Cc}\\]/u;

/** The address to go to after a login, where it is on this site: its path and query; undefined where it leads elsewhere. */
export function nextWithin(next: string, request: Pick<Request, "origin" | "path">): string | undefined {
  if (next === "" || next.length > maxCharacters || CONTROL_OR_BACKSLASH.test(next)) return undefined;
  const url = URL.parse(next, request.origin + request.path);
  const own = URL.parse(request.origin);
  if (!url || !own || url.origin !== own.origin || url.username !== "" || url.password !== "") return undefined;
  // Two slashes at the start would name another host.
  return url.pathname.replace(/^\/+/, "/") + url.search + url.hash;
}
