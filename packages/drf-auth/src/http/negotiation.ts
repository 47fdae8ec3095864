import { isCovered, type MediaType, parseMediaType, splitOutsideQuotes } from "./media-type.ts";

/** What a representation is offered as. */
export interface Offer {
  /** Such as `application/json`. */
  readonly mediaType: string;
  /** What `?format=` calls it, such as `json`. */
  readonly format: string;
}

/** The offer that was chosen, and the parameters with which it was asked for. */
export interface Accepted<O extends Offer> {
  readonly offer: O;
  readonly parameters: ReadonlyMap<string, string>;
}

interface Range extends MediaType {
  readonly quality: number;
}

/** What of an Accept header is read at most, as DRF since 3.18.2: characters, entries, characters an entry. */
const limits = Object.freeze({ characters: 8192, entries: 64, entryCharacters: 256 });
const maxCached = 200;

/**
 * Makes the choice among offers by Accept (RFC 9110 §12.5.1, q-values counted): the highest quality wins, then the most
 * specific range, then the order of the offers. Gives undefined when none is acceptable.
 */
export function negotiator<O extends Offer>(
  offers: readonly O[],
): (accept: string | undefined) => Accepted<O> | undefined {
  const chosen = new Map<string, Accepted<O> | undefined>();
  return (accept = "*/*") => {
    if (chosen.has(accept)) return chosen.get(accept);
    const answer = choose(offers, accept);
    if (chosen.size >= maxCached) chosen.clear();
    if (accept.length <= limits.entryCharacters) chosen.set(accept, answer);
    return answer;
  };
}

const chooseForPeople = negotiator([
  { mediaType: "application/json", format: "json" },
  { mediaType: "text/html", format: "html" },
]);

/** Tells whether who asks outside of any view would rather have a page than JSON. */
export function prefersPage(accept: string | undefined): boolean {
  return chooseForPeople(accept)?.offer.format === "html";
}

function choose<O extends Offer>(offers: readonly O[], accept: string): Accepted<O> | undefined {
  const ranges = parseAccept(accept);
  let best: { accepted: Accepted<O>; quality: number; specificity: number } | undefined;
  for (const offer of offers) {
    const match = mostSpecific(ranges, offer);
    if (!match || match.range.quality === 0) continue;
    const { quality, parameters } = match.range;
    const isBetter =
      !best || quality > best.quality || (quality === best.quality && match.specificity > best.specificity);
    if (isBetter) best = { accepted: { offer, parameters }, quality, specificity: match.specificity };
  }
  return best?.accepted;
}

function parseAccept(accept: string): Range[] {
  const ranges: Range[] = [];
  for (const entry of splitOutsideQuotes(accept.slice(0, limits.characters), ",").slice(0, limits.entries)) {
    const media = entry.length > limits.entryCharacters ? undefined : parseMediaType(entry);
    if (!media) continue;
    const parameters = new Map(media.parameters);
    const weight = parameters.get("q");
    parameters.delete("q");
    ranges.push({ type: media.type, subtype: media.subtype, parameters, quality: qualityOf(weight) });
  }
  return ranges;
}

/** A weight that is none counts as 1: a client that wrote one wrong still wants an answer. */
function qualityOf(weight: string | undefined): number {
  const quality = weight === undefined ? 1 : Number(weight);
  return quality >= 0 && quality <= 1 ? quality : 1;
}

function mostSpecific(ranges: readonly Range[], offer: Offer): { range: Range; specificity: number } | undefined {
  let best: { range: Range; specificity: number } | undefined;
  for (const range of ranges) {
    if (!isCovered(offer.mediaType, range)) continue;
    const specificity = range.type === "*" ? 0 : range.subtype === "*" ? 1 : range.parameters.size === 0 ? 2 : 3;
    if (!best || specificity > best.specificity) best = { range, specificity };
  }
  return best;
}
