import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv4 } from "node:net";
import { ImproperlyConfigured } from "../errors.ts";
import { type Client, type ClientOf, directClient, normalizedAddress } from "./client.ts";
import { isHost } from "./host.ts";

export interface ClientOfOptions {
  /** Addresses, ranges such as `10.0.0.0/8`, or the words `loopback` and `private`. */
  readonly trustedProxies: readonly string[];
}

/** The ranges behind the words: loopback, and private networks (RFC 1918, RFC 4193). */
const namedRanges: ReadonlyMap<string, readonly string[]> = new Map([
  ["loopback", ["127.0.0.0/8", "::1/128"]],
  ["private", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]],
]);

/**
 * Makes what tells who a request came from: X-Forwarded-For, -Proto and -Host count where the connection comes from a
 * trusted proxy, and nowhere else. RFC 7239's Forwarded is not read.
 *
 * A trusted proxy must set or remove all three, else a client says through it what it likes.
 *
 * @throws {ImproperlyConfigured} when a proxy is neither an address, a range nor a known word.
 */
export function clientOf({ trustedProxies }: ClientOfOptions): ClientOf {
  if (trustedProxies.length === 0) return directClient;
  const trusted = trustedRanges(trustedProxies);
  const isTrusted = (address: string): boolean => {
    // A link-local address names its interface too, which no range does.
    const [plain = ""] = address.split("%", 1);
    return isIP(plain) !== 0 && trusted.check(plain, isIPv4(plain) ? "ipv4" : "ipv6");
  };
  return (message) => {
    const direct = directClient(message);
    return isTrusted(direct.address) ? forwardedClient(message, direct, isTrusted) : direct;
  };
}

function forwardedClient(
  { headers }: IncomingMessage,
  direct: Client,
  isTrusted: (address: string) => boolean,
): Client {
  const scheme = lastOf(headers["x-forwarded-proto"]).toLowerCase();
  const host = lastOf(headers["x-forwarded-host"]);
  return {
    address: forwardedAddress(headers["x-forwarded-for"], direct.address, isTrusted),
    host: isHost(host) ? host : direct.host,
    isSecure: scheme === "https" || (scheme !== "http" && direct.isSecure),
  };
}

/** Walks from the nearest hop outwards: what stands left of a hop that is not trusted may be anyone's invention. */
function forwardedAddress(
  header: string | readonly string[] | undefined,
  nearest: string,
  isTrusted: (address: string) => boolean,
): string {
  let address = nearest;
  for (let rest = textOf(header); rest !== "";) {
    const comma = rest.lastIndexOf(",");
    const hop = addressOf(rest.slice(comma + 1).trim());
    if (hop === undefined) return address;
    address = hop;
    if (!isTrusted(address)) return address;
    rest = comma === -1 ? "" : rest.slice(0, comma);
  }
  return address;
}

/** The address of a hop, which some proxies write with its port; undefined where there is none. */
function addressOf(hop: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(hop) ?? [];
  const address = normalizedAddress(bracketed ?? plain ?? hop);
  return isIP(address) === 0 ? undefined : address;
}

/** What the nearest proxy said: those before it may be the client's own words. */
function lastOf(header: string | readonly string[] | undefined): string {
  const text = textOf(header);
  return text.slice(text.lastIndexOf(",") + 1).trim();
}

function textOf(header: string | readonly string[] | undefined): string {
  return typeof header === "string" ? header : (header ?? []).join(",");
}

function trustedRanges(proxies: readonly string[]): BlockList {
  const list = new BlockList();
  for (const proxy of proxies) {
    for (const range of namedRanges.get(proxy) ?? [proxy]) addRange(list, range);
  }
  return list;
}

function addRange(list: BlockList, range: string): void {
  const [, address = "", bits] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(range) ?? [];
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? longest : Number(bits);
  if (family === 0 || prefix > longest) {
    throw new ImproperlyConfigured(
      `settings.trustedProxies has "${range}", which is no address. Write an address ("10.0.0.5"), a range ` +
        '("10.0.0.0/8", "fd00::/8"), "loopback" for this machine or "private" for private networks.',
    );
  }
  list.addSubnet(address, prefix, family === 4 ? "ipv4" : "ipv6");
}
