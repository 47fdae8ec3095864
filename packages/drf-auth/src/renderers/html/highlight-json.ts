import { escape, escapeContent } from "./escape.ts";
import { Html } from "./html.ts";
import { url } from "./url.ts";

/** Longer text is shown without colours and links: a browser lays out a span per value slowly. In characters. */
export const maxHighlightedLength = 512 * 1024;

const plainValue = /-?\d[\d.eE+-]*|true|false|null/g;
const startsValue = /[\dtfn]/;
const needsEscape = /[&<>"'\r]/;
const linkStart = /^https?:\/\//i;

/** Makes HTML of indented JSON text, with its tokens marked and its http and https addresses linked. */
export function highlight(content: string): Html {
  if (content.length > maxHighlightedLength) return new Html(escapeContent(content));
  let markup = "";
  let at = 0;
  for (;;) {
    const open = content.indexOf('"', at);
    const close = open < 0 ? -1 : closingQuote(content, open);
    if (close < 0) {
      const rest = content.slice(at);
      return new Html(markup + (open < 0 ? plainValues(rest) : escape(rest)));
    }
    markup += plainValues(content.slice(at, open));
    const text = content.slice(open + 1, close);
    at = close + 1;
    markup +=
      content[at] === ":"
        ? `<span class="key">"${escape(text)}"</span>`
        : `<span class="string">"${linkStart.test(text) ? linked(text) : escape(text)}"</span>`;
  }
}

function closingQuote(content: string, open: number): number {
  for (let quote = content.indexOf('"', open + 1); quote >= 0; quote = content.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (content[quote - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return quote;
  }
  return -1;
}

function linked(text: string): string {
  // What JSON has escaped is not the address itself.
  if (text.includes("\\") || url(text) !== text) return escape(text);
  const shown = escape(text);
  return `<a href="${shown}" rel="nofollow">${shown}</a>`;
}

/** Marks the numbers and literals in what stands between strings. */
function plainValues(text: string): string {
  if (!startsValue.test(text)) return escape(text);
  // In JSON there is nothing to escape here; in other text a reference such as &#39; must not be taken for a number.
  if (needsEscape.test(text)) return escape(text);
  return text.replace(plainValue, (value) => {
    const isNumber = value !== "true" && value !== "false" && value !== "null";
    return `<span class="${isNumber ? "number" : "literal"}">${value}</span>`;
  });
}
