export interface ParsedElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
}

const voidElements = new Set(["meta", "link", "input"]);
const doctype = "<!doctype html>";
const start = /<([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*\/?>/y;
const end = /<\/([a-z][a-z0-9]*)>/y;
const text = /[^<>]+/y;
const attribute = /\s+([a-z-]+)(?:="([^"]*)")?/g;
const reference = /&(?:amp|lt|gt|quot|#39|#13);|&/g;
const characters: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&#13;": "\r",
};

/** What a reader sees of escaped text; an ampersand that begins no reference of ours is an error. */
export function unescape(markup: string): string {
  return markup.replace(reference, (match) => {
    const character = characters[match];
    if (character === undefined) throw new Error(`A bare ampersand: ${markup}`);
    return character;
  });
}

/**
 * Reads markup of the strictest kind and throws at anything else: every attribute in double quotes and once, every
 * element closed in order, no bare `<`, `>` or `&`, no comment. The text of a style is skipped; ends of lines become line
 * feeds, as in a browser.
 */
export function parsePage(sent: string): ParsedElement[] {
  const markup = sent.replaceAll(/\r\n?/g, "\n");
  const elements: { name: string; attributes: Map<string, string>; text: string }[] = [];
  const open: (typeof elements)[number][] = [];
  let at = markup.startsWith(doctype) ? doctype.length : 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(markup);
    if (match) at = pattern.lastIndex;
    return match;
  };
  while (at < markup.length) {
    const opened = take(start);
    const closed = opened ? null : take(end);
    const characters = opened || closed ? null : take(text);
    if (opened) {
      const element = { name: opened[1] ?? "", attributes: attributesOf(opened[2] ?? ""), text: "" };
      elements.push(element);
      if (!voidElements.has(element.name)) open.push(element);
      if (element.name === "style") at = markup.indexOf("</style>", at);
    } else if (closed) {
      if (open.pop()?.name !== closed[1]) throw new Error(`Closed out of order: ${closed[0]}`);
    } else if (characters) {
      for (const element of open) element.text += unescape(characters[0]);
    } else throw new Error(`No plain markup: ${markup.slice(at, at + 80)}`);
  }
  if (open.length > 0) throw new Error(`Not closed: ${open.map(({ name }) => name).join()}`);
  return elements;
}

function attributesOf(markup: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = "", value = ""] of markup.matchAll(attribute)) {
    if (attributes.has(name)) throw new Error(`Twice: ${name}`);
    attributes.set(name, unescape(value));
  }
  return attributes;
}

export function find(elements: readonly ParsedElement[], name: string): ParsedElement | undefined {
  return elements.find((element) => element.name === name);
}

export function byName(elements: readonly ParsedElement[], name: string): ParsedElement | undefined {
  return elements.find((element) => element.name !== "meta" && element.attributes.get("name") === name);
}

export function linksOf(elements: readonly ParsedElement[]): (readonly [string, string | undefined])[] {
  return elements.filter(({ name }) => name === "a").map(({ text, attributes }) => [text, attributes.get("href")]);
}
