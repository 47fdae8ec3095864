import { escape } from "./escape.ts";
import { findHoles, type Hole, refusedAttribute, urlAttributes } from "./holes.ts";
import { url } from "./url.ts";

/** What may stand in a hole of a template; null, undefined and false give nothing. */
export type HtmlValue = Html | Attributes | string | number | bigint | false | null | undefined | readonly HtmlValue[];

/** Markup that is safe to send: made by `html` or of text that is known to be markup. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

class Attributes {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

const attributeName = /^[a-z][a-z0-9-]*$/;
const holesOf = new WeakMap<readonly string[], readonly Hole[]>();

/**
 * Makes HTML of a template. A value is escaped unless it is Html; the values of an array are joined; an address in
 * `href`, `action` or `src` passes `url()`.
 * @throws TypeError at the first use of a template with a value where escaping does not help: beside no quotes, in a
 *   tag's or an attribute's name, in a script, a style or a comment.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let holes = holesOf.get(strings);
  if (!holes) holesOf.set(strings, (holes = findHoles(strings)));
  let markup = strings[0] ?? "";
  for (let index = 0; index < holes.length; index += 1) {
    markup += fill(holes[index] ?? "text", values[index]) + strings[index + 1];
  }
  return new Html(markup);
}

/**
 * Makes attributes for a hole inside a tag: true gives the bare name; false and undefined leave the attribute out.
 * @throws TypeError for the name of an attribute that takes more than text, such as `onclick` or `style`.
 */
export function attributes(values: Readonly<Record<string, string | number | boolean | undefined>>): Attributes {
  let markup = "";
  for (const [name, value] of Object.entries(values)) {
    if (!attributeName.test(name) || refusedAttribute.test(name)) throw new TypeError(`No attribute to set: ${name}`);
    if (value === undefined || value === false) continue;
    if (markup !== "") markup += " ";
    markup += value === true ? name : `${name}="${fill(urlAttributes.has(name) ? "url" : "text", value)}"`;
  }
  return new Attributes(markup);
}

function fill(hole: Hole, value: HtmlValue): string {
  if (value === undefined || value === null || value === false) return "";
  if (typeof value === "string") {
    if (hole === "attributes") throw new TypeError("Attributes are made by attributes(), not of text.");
    return escape(hole === "url" ? url(value) : value);
  }
  if (value instanceof Html) {
    if (hole !== "content") throw new TypeError("Html stands between tags, not in an attribute or a title.");
    return value.toString();
  }
  if (value instanceof Attributes) {
    if (hole !== "attributes") throw new TypeError("Attributes stand in a tag.");
    return value.toString();
  }
  if (typeof value === "number" || typeof value === "bigint") return fill(hole, String(value));
  if (!Array.isArray(value)) throw new TypeError("A template of HTML takes text, numbers, Html and arrays of them.");
  if (hole === "url") throw new TypeError("An address is one text.");
  let markup = "";
  for (const part of value as readonly HtmlValue[]) markup += fill(hole, part);
  return markup;
}
