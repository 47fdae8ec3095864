/** RFC 9110 §7.2: a name or an address with an optional port; and the underscore that names in private networks have. What is echoed in links is a host. */
export const hostSyntax = /^(?:[a-z0-9._-]+|\[[a-f0-9:.]+\])(?::\d{1,5})?$/i;

/** The longest name that DNS has, and its port. */
const maxCharacters = 260;

/** Tells whether text can be the host of a request, as `example.com`, `127.0.0.1:8000` or `[::1]:8000`. */
export function isHost(text: string): boolean {
  return text.length <= maxCharacters && hostSyntax.test(text);
}
