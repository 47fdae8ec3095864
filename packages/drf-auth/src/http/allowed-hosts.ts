import { isIPv6 } from "node:net";
import { ImproperlyConfigured } from "../errors.ts";
import type { Environment } from "../settings.ts";
import { isHost } from "./host.ts";

/** Tells whether this server may be asked under a host. */
export type IsAllowedHost = (host: string) => boolean;

/** Below a domain there are as many names as a client likes to invent. */
const maxRemembered = 100;

/**
 * Makes the check of Host headers, as Django's ALLOWED_HOSTS: a name allows itself, `.example.com` a domain and all
 * below it, `*` every host. The port, the case and a dot at the end do not count.
 *
 * @throws {ImproperlyConfigured} when a pattern is none, naming the `source` that has it.
 */
export function allowedHosts(patterns: readonly string[], source = "settings.allowedHosts"): IsAllowedHost {
  if (patterns.length === 0) {
    throw new ImproperlyConfigured(`${source} is empty: nobody could ask. Name the hosts, as in ["api.example.com"].`);
  }
  for (const pattern of patterns) checkPattern(pattern, source);
  if (patterns.includes("*")) return isHost;
  const names = new Set(patterns.map((pattern) => pattern.toLowerCase()));
  const remembered = new Set<string>();
  return (host) => {
    // Nearly every request brings the host of the one before; refused ones are not worth the room.
    if (remembered.has(host)) return true;
    if (!isHost(host) || !isAmong(names, nameOf(host))) return false;
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.add(host);
    return true;
  };
}

/** The same, where the variable ALLOWED_HOSTS (names with commas between) stands before the setting. */
export function allowedHostsFrom(environment: Environment, setting: readonly string[]): IsAllowedHost {
  const text = environment["ALLOWED_HOSTS"];
  if (text === undefined || text.trim() === "") return allowedHosts(setting);
  return allowedHosts(
    text.split(",").map((pattern) => pattern.trim()),
    "ALLOWED_HOSTS",
  );
}

function isAmong(names: ReadonlySet<string>, name: string): boolean {
  if (names.has(name) || names.has(`.${name}`)) return true;
  for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
    if (names.has(name.slice(dot))) return true;
  }
  return false;
}

function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
}

function checkPattern(pattern: string, source: string): void {
  const isName = /^\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(pattern);
  const isAddress = pattern.startsWith("[") && pattern.endsWith("]") && isIPv6(pattern.slice(1, -1));
  if (pattern === "*" || isName || isAddress) return;
  throw new ImproperlyConfigured(
    `${source} has "${pattern}", which is no host. Write a name without scheme, port and path ("api.example.com"), ` +
      '".example.com" for a domain and all below it, an address ("127.0.0.1", "[::1]"), or "*" for every host.',
  );
}
