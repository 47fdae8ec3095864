/**
 * What a hole of a template takes: `content` text and HTML, `text` only text (an attribute value, a title), `url` an
 * address, `attributes` what `attributes()` made.
 */
export type Hole = "content" | "text" | "url" | "attributes";

/** Where a value is an address that a browser follows. */
export const urlAttributes: ReadonlySet<string> = new Set(["href", "src", "action", "formaction", "cite", "poster"]);

/** Where a value is program, style or markup: no text is safe there. */
export const refusedAttribute = /^(?:on.*|style|srcdoc|srcset|ping|data|http-equiv|content)$/;

const MARK = "\0";
const grammar = Object.freeze({
  text: /[^<\0]+/y,
  doctype: /<!doctype html>/iy,
  comment: /<!--[^\0]*?-->/y,
  endTag: /<\/[a-z][a-z0-9-]*>/iy,
  tagStart: /<([a-z][a-z0-9-]*)/iy,
  attribute: /\s+([a-z][a-z0-9-]*)(?:="([^"]*)"|='([^']*)'|(?![a-z0-9-]*=))/iy,
  space: /\s*/y,
  tagEnd: /\/?>/y,
});
/** Elements in which `<` starts no tag, and whether references such as `&lt;` count in them. */
const textElements: Readonly<Record<string, { readonly text: RegExp; readonly takesText: boolean }>> = Object.freeze({
  title: { text: /([^<]*)<\/title>/iy, takesText: true },
  textarea: { text: /([^<]*)<\/textarea>/iy, takesText: true },
  script: { text: /([^]*?)<\/script>/iy, takesText: false },
  style: { text: /([^]*?)<\/style>/iy, takesText: false },
});
const refusedElement = /^(?:iframe|noembed|noframes|noscript|plaintext|xmp|svg|math|template)$/;

/**
 * Reads the static strings of a template and gives what each hole between them takes.
 * @throws TypeError where a value could not be made safe by escaping, and where the markup is not of the plain kind
 *   that this reads: lower- or upper-case tags, quoted attribute values, `&lt;` for a bare `<`, every tag closed.
 */
export function findHoles(strings: readonly string[]): readonly Hole[] {
  if (strings.some((string) => string === undefined || string.includes(MARK)))
    refuse("a NUL character or a wrong escape", strings, 0);
  const markup = strings.join(MARK);
  const holes: Hole[] = [];
  let at = 0;

  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(markup);
    if (match) at = pattern.lastIndex;
    return match;
  };
  const takeMark = (hole: Hole): boolean => {
    if (markup[at] !== MARK) return false;
    at += MARK.length;
    holes.push(hole);
    return true;
  };
  const takeAttributes = (): void => {
    for (;;) {
      const start = at;
      const match = take(grammar.attribute);
      if (match) addValueHoles((match[1] ?? "").toLowerCase(), match[2] ?? match[3] ?? "", start);
      else {
        take(grammar.space);
        const isAfterSpace = at > start;
        if (!(isAfterSpace && takeMark("attributes"))) return;
      }
    }
  };
  const addValueHoles = (name: string, value: string, start: number): void => {
    const count = value.split(MARK).length - 1;
    if (count === 0) return;
    if (refusedAttribute.test(name)) refuse(`a value in the attribute ${name}`, markup, start);
    const isUrl = urlAttributes.has(name);
    if (isUrl && value !== MARK) refuse(`an address in parts (one value is the whole of ${name})`, markup, start);
    for (let index = 0; index < count; index += 1) holes.push(isUrl ? "url" : "text");
  };
  const takeTag = (): boolean => {
    const name = take(grammar.tagStart)?.[1]?.toLowerCase();
    if (name === undefined) return false;
    if (refusedElement.test(name)) refuse(`the element ${name}`, markup, at);
    takeAttributes();
    if (!take(grammar.tagEnd)) refuse("this inside a tag", markup, at);
    const element = textElements[name];
    if (element) takeTextElement(element, name);
    return true;
  };
  const takeTextElement = ({ text, takesText }: { text: RegExp; takesText: boolean }, name: string): void => {
    const start = at;
    const match = take(text);
    if (!match) refuse(`what stands in the element ${name}`, markup, start);
    const count = (match?.[1] ?? "").split(MARK).length - 1;
    if (count > 0 && !takesText) refuse(`a value in the element ${name}`, markup, start);
    for (let index = 0; index < count; index += 1) holes.push("text");
  };

  while (at < markup.length) {
    const isRead =
      take(grammar.text) ??
      take(grammar.doctype) ??
      take(grammar.comment) ??
      take(grammar.endTag) ??
      (takeMark("content") || takeTag());
    if (!isRead) refuse("this", markup, at);
  }
  return holes;
}

function refuse(what: string, markup: string | readonly string[], at: number): never {
  const text = typeof markup === "string" ? markup : markup.join(MARK);
  const shown = text.slice(Math.max(at - 30, 0), at + 30).replaceAll(MARK, "${…}");
  throw new TypeError(`A template of HTML does not take ${what}, near: ${shown}`);
}
