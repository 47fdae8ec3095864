import { ImproperlyConfigured } from "../errors.ts";
import { type CssReference, findCssReferences } from "./css-references.ts";
import { readReference, writeReference } from "./references.ts";

/** A stylesheet as it was found. */
export interface Stylesheet {
  readonly name: string;
  /** What messages call it. */
  readonly label: string;
  readonly text: string;
}

export interface StylesheetRewriting {
  readonly stylesheets: ReadonlyMap<string, Stylesheet>;
  /** The path under which files are served. */
  readonly url: string;
  /** The hashed name of a file that is no stylesheet. */
  hashedNameOf(name: string): string | undefined;
  /** Takes a stylesheet whose references are written, and gives its hashed name. */
  add(stylesheet: Stylesheet, text: string): string;
  /** Takes what should be known and is no error. */
  note(line: string): void;
}

/**
 * Writes the hashed names of files into the stylesheets that refer to them, those that are imported first.
 *
 * @throws {ImproperlyConfigured} for references to files that are not there and imports in a circle, by file and line.
 */
export function rewriteStylesheets({ stylesheets, url, hashedNameOf, add, note }: StylesheetRewriting): void {
  const written = new Map<string, string>();
  const faults: string[] = [];
  const nameOf = (name: string, trail: readonly Step[]): string | undefined => {
    const stylesheet = stylesheets.get(name);
    if (!stylesheet) return hashedNameOf(name);
    return written.get(name) ?? write(stylesheet, trail);
  };
  const write = (stylesheet: Stylesheet, trail: readonly Step[]): string => {
    const { name, label, text } = stylesheet;
    const { references, sourceMap } = findCssReferences(text);
    const changes: Change[] = [];
    for (const found of references) {
      const reference = readReference(found.address, name, url);
      if (!reference) continue;
      const here = `${label}:${lineOf(text, found)}`;
      const steps = [...trail, { name, here }];
      if (steps.some((step) => step.name === reference.name)) {
        faults.push(circle(steps, reference.name));
        continue;
      }
      const target = nameOf(reference.name, steps);
      if (target === undefined) faults.push(`${here}: there is no file ${reference.name} for "${found.address}".`);
      else changes.push({ ...found, text: `"${writeReference(reference, target, name, url)}"` });
    }
    if (sourceMap) {
      const reference = readReference(sourceMap.address, name, url);
      const target = reference && hashedNameOf(reference.name);
      if (reference && target !== undefined) {
        const address = writeReference(reference, target, name, url);
        changes.push({ ...sourceMap, text: `/*# sourceMappingURL=${address} */` });
      } else if (reference) {
        note(`${label}:${lineOf(text, sourceMap)}: there is no source map ${reference.name}; the comment is left out.`);
        changes.push({ ...sourceMap, text: "" });
      }
    }
    const hashed = add(stylesheet, changed(text, changes));
    written.set(name, hashed);
    return hashed;
  };
  for (const stylesheet of stylesheets.values()) nameOf(stylesheet.name, []);
  if (faults.length > 0) {
    const all = [...new Set(faults)].join("\n  ");
    throw new ImproperlyConfigured(`Static files refer to each other wrongly:\n  ${all}`);
  }
}

interface Step {
  readonly name: string;
  readonly here: string;
}

interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function changed(text: string, changes: readonly Change[]): string {
  let result = "";
  let at = 0;
  for (const change of [...changes].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, change.start) + change.text;
    at = change.end;
  }
  return result + text.slice(at);
}

function circle(steps: readonly Step[], name: string): string {
  const from = steps.findIndex((step) => step.name === name);
  const way = steps.slice(from).map(({ here }) => here);
  return `${way.join(" → ")} → ${name}: stylesheets import each other in a circle.`;
}

function lineOf(text: string, { start }: CssReference): number {
  return text.slice(0, start).split("\n").length;
}
