import { isIP } from "node:net";
import { isDomain } from "./web-address.ts";

const LOCAL = /^[-!#$%&'*+/=?^_`{}|~0-9A-Z]+(\.[-!#$%&'*+/=?^_`{}|~0-9A-Z]+)*$/i;
/** Between quotation marks: printable characters, or any after a backslash. */
// oxlint-disable-next-line no-control-regex -- RFC 5321 allows them between quotation marks
const QUOTED_LOCAL = /^"(?:[\x01-\x08\x0b\x0c\x0e-\x1f!#-[\]-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*"$/;
/** As RFC 3696's erratum 1690 bounds an address. */
const maxCharacters = 320;

/** Tells whether text is an email address, as Django's EmailValidator; `user@localhost` and `user@[127.0.0.1]` are. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  if (at < 1 || text.length > maxCharacters) return false;
  const local = text.slice(0, at);
  return (LOCAL.test(local) || QUOTED_LOCAL.test(local)) && isMailDomain(text.slice(at + 1));
}

function isMailDomain(domain: string): boolean {
  if (domain.toLowerCase() === "localhost") return true;
  const literal = /^\[([A-F0-9:.]+)\]$/i.exec(domain);
  return literal ? isIP(literal[1] ?? "") !== 0 : isDomain(domain);
}
