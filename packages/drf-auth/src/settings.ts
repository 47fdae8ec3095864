import { ImproperlyConfigured } from "./errors.ts";

/** The variables of a process, as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Merges what was given over the defaults and freezes the result.
 *
 * Each room exports its defaults and calls this once at start; nothing below looks for a missing value again. A name
 * that has no default is refused, with the nearest one that has.
 */
export function resolveOptions<Options extends object>(
  where: string,
  defaults: Options,
  given: { readonly [Name in keyof Options]?: Options[Name] | undefined } = {},
): Readonly<Options> {
  const known = Object.keys(defaults);
  const resolved: { [name: string]: unknown } = { ...(defaults as { readonly [name: string]: unknown }) };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) {
      throw new ImproperlyConfigured(`${where} has no option "${name}".${didYouMean(name, known)}`);
    }
    if (value !== undefined) resolved[name] = value;
  }
  return Object.freeze(resolved) as Readonly<Options>;
}

/** Says which of the known names comes nearest, or names them all. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearest(name, known, Math.max(2, name.length / 3));
  if (near !== undefined) return ` Did you mean "${near}"?`;
  return known.length > 0 ? ` It may be one of: ${known.join(", ")}.` : "";
}

/** Finds the known name that takes the fewest changes of a letter, if not more than the tolerance. */
export function nearest(name: string, known: readonly string[], tolerance: number): string | undefined {
  const [best] = known
    // Comparing takes time in proportion to both lengths, and the name may be as long as a client likes.
    .filter((candidate) => Math.abs(candidate.length - name.length) <= tolerance)
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best && best.distance <= tolerance ? best.candidate : undefined;
}

/** Reads a whole number from the environment, or gives the fallback where the variable is not set. */
export function wholeNumber(environment: Environment, name: string, fallback: number, minimum = 0): number {
  const text = environment[name];
  if (text === undefined || text === "") return fallback;
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= minimum) return number;
  throw new ImproperlyConfigured(`${name} is "${text}": it must be a whole number of at least ${minimum}.`);
}

/** Reads a list with commas between from the environment, or gives the fallback where the variable is not set. */
export function listOf(environment: Environment, name: string, fallback: readonly string[]): readonly string[] {
  const text = environment[name]?.trim();
  if (text === undefined || text === "") return fallback;
  return text.split(",").map((part) => part.trim());
}

/** Reads one of some words from the environment, or gives the fallback where the variable is not set. */
export function oneOf<Word extends string>(
  environment: Environment,
  name: string,
  words: readonly Word[],
  fallback: Word,
): Word {
  const text = environment[name];
  if (text === undefined || text === "") return fallback;
  const word = words.find((known) => known === text);
  if (word !== undefined) return word;
  throw new ImproperlyConfigured(`${name} is "${text}".${didYouMean(text, words)}`);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substituted);
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
