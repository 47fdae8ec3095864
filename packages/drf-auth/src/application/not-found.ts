import type { IncomingMessage } from "node:http";
import { canonicalPath, negotiator } from "../http/index.ts";
import type { Answer } from "../views/index.ts";

const choose = negotiator([
  { mediaType: "application/json", format: "json" },
  { mediaType: "text/html", format: "html" },
]);

const headers = Object.freeze({
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  Vary: "Accept",
});

const page =
  '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Not Found</title></head>' +
  "<body><h1>Not Found</h1><p>There is nothing at this address.</p></body></html>\n";

/**
 * Answers an address that no route has: with a redirect where only the closing slash is missing, as Django's
 * APPEND_SLASH, else 404 in the form that the client asks for.
 */
export function notFoundAnswer(request: Pick<IncomingMessage, "headers" | "url">, paths: readonly string[]): Answer {
  const [path = "/", query] = splitOnce(request.url ?? "/", "?");
  if (!path.endsWith("/") && paths.some((pattern) => isMatch(pattern, `${path}/`))) {
    // Two slashes at the start would name another host, and browsers take a backslash for a slash.
    const Location = `${canonicalPath(path).replace(/^\/+/, "/").replaceAll("\\", "%5C")}/${query ? `?${query}` : ""}`;
    return {
      status: 301,
      headers: { ...headers, "Content-Type": "text/html; charset=utf-8", Location },
      text: undefined,
    };
  }
  if (choose(request.headers.accept)?.offer.format === "html") {
    return { status: 404, headers: { ...headers, "Content-Type": "text/html; charset=utf-8" }, text: page };
  }
  return { status: 404, headers: { ...headers, "Content-Type": "application/json" }, text: '{"detail":"Not found."}' };
}

function isMatch(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const parts = path.split("/");
  return (
    wanted.length === parts.length &&
    wanted.every((part, index) =>
      part.startsWith(":") ? isNamedPart(decoded(parts[index] ?? "")) : part === parts[index],
    )
  );
}

/** Tells whether text may stand where a route has a name: as in Django's paths, it is not empty and holds no slash. */
export function isNamedPart(part: string): boolean {
  return part !== "" && !part.includes("/");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
