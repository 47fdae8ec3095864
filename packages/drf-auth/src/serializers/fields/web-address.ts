import { isIP } from "node:net";

const ADDRESS =
  /^([a-z0-9.+-]*):\/\/(?:[^\s:@/]+(?::[^\s:@/]*)?@)?(\[[0-9a-f:.]+\]|[^\s:@/?#[\]]+)(?::([0-9]{1,5}))?(?:[/?#]\S*)?$/i;
const schemes: ReadonlySet<string> = new Set(["http", "https", "ftp", "ftps"]);
const LETTER = "a-z\\u00a1-\\uffff";
const LABEL = new RegExp(`^[${LETTER}0-9](?:[${LETTER}0-9-]{0,61}[${LETTER}0-9])?$`, "i");
const LATER_LABEL = new RegExp(`^(?!-)[${LETTER}0-9-]{1,63}$`, "i");
const LAST_LABEL = new RegExp(`^(?:(?!-)[${LETTER}-]{2,63}|xn--[a-z0-9]{1,59})$`, "i");
const IPV4 = /^(?:(?:0|25[0-5]|2[0-4]\d|1?\d?\d|[1-9]\d?)(?:\.|$)){4}$/;
const maxCharacters = 2048;
const maxHostCharacters = 253;

/** Tells whether text is a web address, as Django's URLValidator: a scheme, a host that has a dot or is localhost. */
export function isUrl(text: string): boolean {
  if (text.length > maxCharacters || /[\t\r\n]/.test(text)) return false;
  const match = ADDRESS.exec(text);
  if (!match || !schemes.has((match[1] ?? "").toLowerCase())) return false;
  const host = match[2] ?? "";
  if (host.startsWith("[")) return isIP(host.slice(1, -1)) === 6;
  return host.length <= maxHostCharacters && isHost(host);
}

function isHost(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  if (/^\d+(?:\.\d+){3}$/.test(host)) return IPV4.test(host) && !/(?:^|\.)0\d/.test(host);
  return isDomain(host.replace(/\.$/, ""));
}

/** Tells whether text is a name of several parts, as Django's DomainNameValidator: the last has letters alone. */
export function isDomain(name: string): boolean {
  const labels = name.split(".");
  const last = labels.pop() ?? "";
  const [first = "", ...later] = labels;
  const isLabel = (label: string) => LATER_LABEL.test(label) && !label.endsWith("-");
  return LABEL.test(first) && later.every(isLabel) && LAST_LABEL.test(last) && !last.endsWith("-");
}
