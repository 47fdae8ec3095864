import type { IncomingMessage } from "node:http";
import { isIPv4 } from "node:net";

/** The client of a request, and how it reached us. */
export interface Client {
  /** The address of the client itself, where proxies between are trusted. */
  readonly address: string;
  /** The host that the client asked for, with its port if it named one. */
  readonly host: string;
  /** Whether the client came by HTTPS. */
  readonly isSecure: boolean;
}

/** Tells who a request came from. */
export type ClientOf = (message: IncomingMessage) => Client;

/** The client as the connection shows it: no proxy is trusted. */
export const directClient: ClientOf = (message) => ({
  address: normalizedAddress(message.socket?.remoteAddress ?? ""),
  host: message.headers.host ?? "localhost",
  isSecure: "encrypted" in (message.socket ?? {}),
});

/** The address by which a client is known however it is written: IPv4 inside IPv6 (RFC 4291 §2.5.5.2) is IPv4. */
export function normalizedAddress(address: string): string {
  const inner = mapped.test(address) ? address.slice(mappedPrefixLength) : "";
  return isIPv4(inner) ? inner : address;
}

const mapped = /^::ffff:/i;
const mappedPrefixLength = "::ffff:".length;
