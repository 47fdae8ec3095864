const refused = "#";
const unsafeCharacter = /[\p{Cc} ]/u;
const allowedScheme = /^(?:https?:\/\/[^/\\]|mailto:)/i;
const anyScheme = /^[^/?#]*:/;
const otherHost = /^[/\\]{2}/;

/**
 * Gives an address that is safe to follow or to send a form to: http, https, mailto, or relative to this site. Anything
 * else gives `#`: other schemes, `//host`, and whatever has whitespace or control characters, which browsers skip.
 */
export function url(address: string): string {
  if (address === "" || unsafeCharacter.test(address)) return refused;
  if (allowedScheme.test(address)) return address;
  return anyScheme.test(address) || otherHost.test(address) ? refused : address;
}
