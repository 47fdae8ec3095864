import { type IncomingMessage, STATUS_CODES } from "node:http";
import { canonicalPath, prefersPage } from "../http/index.ts";
import { lonePageHeaders, pageHeaders, type Pages, renderLoneErrorPage } from "../renderers/index.ts";
import type { Answer } from "../views/index.ts";
import type { RouteTable } from "./route-table.ts";

const headers = Object.freeze({
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  Vary: "Accept",
});

/**
 * Answers an address that no route has: with a redirect where only the closing slash is missing, as Django's
 * APPEND_SLASH, else 404 in the form that the client asks for.
 */
export function notFoundAnswer(
  request: Pick<IncomingMessage, "headers" | "url">,
  routes: RouteTable,
  pages: Pages,
): Answer {
  const [path = "/", query] = splitOnce(request.url ?? "/", "?");
  if (!path.endsWith("/") && routes.find(`${path}/`)) {
    // Two slashes at the start would name another host, and browsers take a backslash for a slash.
    const Location = `${canonicalPath(path).replace(/^\/+/, "/").replaceAll("\\", "%5C")}/${query ? `?${query}` : ""}`;
    return {
      status: 301,
      headers: { ...headers, "Content-Type": "text/html; charset=utf-8", Location },
      text: undefined,
    };
  }
  const page = { headers: pageHeaders, render: pages.renderError };
  return outsideAnswer(request, page, 404, "Not found.", ["There is nothing at this address."]);
}

/** Answers a request under a host that is not this server's, as Django's DisallowedHost: 400, with what to set. */
export function refusedHostAnswer(request: Pick<IncomingMessage, "headers">, host: string): Answer {
  const name = host.replace(/:\d+$/, "");
  const detail = `This server does not answer for the host "${name}".`;
  const howTo =
    `If it should, add "${name}" to allowedHosts in the settings of the application, or to the variable ` +
    "ALLOWED_HOSTS (names with commas between), and start it anew.";
  // The stylesheet would be refused under this host as well.
  const page = { headers: lonePageHeaders, render: renderLoneErrorPage };
  return outsideAnswer(request, page, 400, `${detail} ${howTo}`, [detail, howTo]);
}

/** Answers a request that reaches no view: as a page for a browser, else as JSON. */
function outsideAnswer(
  request: Pick<IncomingMessage, "headers">,
  page: { readonly headers: Readonly<Record<string, string>>; readonly render: Pages["renderError"] },
  status: number,
  detail: string,
  text: readonly string[],
): Answer {
  if (prefersPage(request.headers.accept)) {
    const document = page.render({ status, title: STATUS_CODES[status] ?? "", text });
    return { status, headers: { ...headers, ...page.headers }, text: document };
  }
  return { status, headers: { ...headers, "Content-Type": "application/json" }, text: JSON.stringify({ detail }) };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
