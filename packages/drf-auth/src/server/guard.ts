import type { IncomingMessage } from "node:http";
import { hostSyntax } from "../http/index.ts";

/** Why a request is not handed to the application. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** The part of a request that decides. */
export type RefusableRequest = Pick<IncomingMessage, "httpVersionMinor" | "method" | "rawHeaders" | "url">;

const refusals = Object.freeze({
  host: refusal(400, "The request has more than one Host header."),
  hostSyntax: refusal(400, "The Host header is not a name or an address with an optional port."),
  target: refusal(400, "The request target is not a path of this server, or has a fragment."),
  oldChunked: refusal(400, "HTTP/1.0 has no Transfer-Encoding."),
  tooMany: refusal(431, "The request has too many headers."),
  encoding: refusal(501, "The only Transfer-Encoding understood here is chunked."),
});

const slash = 47;
const hostLength = "host".length;
const transferEncodingLength = "transfer-encoding".length;
const absoluteTarget = /^(https?):\/\/([^/?#]*)/i;

/**
 * Returns why a request that Node's parser lets through is refused, or undefined when it may go on.
 *
 * Another server on the way may read such a request differently, which is how requests are smuggled past it:
 * RFC 9112 sections 3.2 (Host, absolute-form) and 6.1 (Transfer-Encoding).
 */
export function refuse(request: RefusableRequest, maxHeaders = 100): Refusal | undefined {
  const headers = request.rawHeaders;
  if (headers.length > maxHeaders * 2) return refusals.tooMany;

  // Lengths are compared first: this runs for every header of every request.
  let host: string | undefined;
  let encoding: string | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    if (name.length === hostLength) {
      if (name === "Host" || name === "host" || name.toLowerCase() === "host") {
        if (host !== undefined) return refusals.host;
        host = headers[index + 1] as string;
      }
    } else if (name.length === transferEncodingLength && name.toLowerCase() === "transfer-encoding") {
      if (encoding !== undefined) return refusals.encoding;
      encoding = headers[index + 1] as string;
    }
  }

  if (host !== undefined && !hostSyntax.test(host)) return refusals.hostSyntax;
  if (encoding !== undefined) {
    if (request.httpVersionMinor === 0) return refusals.oldChunked;
    if (encoding.trim().toLowerCase() !== "chunked") return refusals.encoding;
  }
  const url = request.url ?? "";
  if (url.includes("#")) return refusals.target;
  if (url.charCodeAt(0) !== slash && !isOwnTarget(url, request.method, host)) return refusals.target;
  return undefined;
}

function isOwnTarget(url: string, method: string | undefined, host: string | undefined): boolean {
  if (url === "*") return method === "OPTIONS";
  const [, scheme = "", authority = ""] = absoluteTarget.exec(url) ?? [];
  // An authority with a user name before the host is refused too: it only serves to mislead (RFC 9110 section 4.2.4).
  if (authority === "" || authority.includes("@")) return false;
  return host === undefined || withoutDefaultPort(scheme, authority) === withoutDefaultPort(scheme, host);
}

function withoutDefaultPort(scheme: string, authority: string): string {
  const defaultPort = scheme.toLowerCase() === "https" ? ":443" : ":80";
  const lower = authority.toLowerCase();
  return lower.endsWith(defaultPort) ? lower.slice(0, -defaultPort.length) : lower;
}

function refusal(status: number, reason: string): Refusal {
  return Object.freeze({ status, reason });
}
