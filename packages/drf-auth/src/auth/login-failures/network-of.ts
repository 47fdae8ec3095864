import { isIPv6 } from "node:net";

/**
 * What counts as one address: IPv4 as it is, IPv6 by its /64, the least that one customer is given (RFC 6177 §2); an
 * IPv4-mapped address (RFC 4291 §2.5.5.2) is the IPv4 address in it.
 */
export function networkOf(address: string): string {
  const [plain = ""] = address.split("%", 1);
  if (!isIPv6(plain)) return address;
  const groups = groupsOf(plain);
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
  }
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(":")}::/64`;
}

/** The eight groups of an IPv6 address in any of its spellings. */
function groupsOf(address: string): readonly number[] {
  const [before = "", after] = address.replace(/[^:]+\.[^:]+$/, hexOfIpv4).split("::");
  const [first, last] = [before, after ?? ""].map((part) => part.split(":").filter((group) => group !== ""));
  const known = [first ?? [], last ?? []] as const;
  const zeros = Array.from({ length: 8 - known[0].length - known[1].length }, () => "0");
  return [...known[0], ...zeros, ...known[1]].map((group) => Number.parseInt(group, 16));
}

function hexOfIpv4(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split(".").map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
