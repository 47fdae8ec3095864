const special = /[&<>"'\r]/;
const allSpecial = /[&<>"'\r]/g;
const references: Readonly<Record<string, string>> = Object.freeze({
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  // A parser reads a bare one as a line feed.
  "\r": "&#13;",
});

/** Escapes text so that it stands in HTML content or in a quoted attribute value as it is. */
export function escape(text: string): string {
  return special.test(text) ? text.replace(allSpecial, (character) => references[character] ?? "") : text;
}

/** Escapes long text for HTML content alone, where quotes stand for themselves. */
export function escapeContent(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#13;");
}
