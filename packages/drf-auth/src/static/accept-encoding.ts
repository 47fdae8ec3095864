import { type Coding, codings } from "./compress.ts";

/** How much a client likes each coding, from 0 (not at all) to 1. */
export type Preferences = Readonly<Record<Coding | "identity", number>>;

const longestHeader = 1024;
const maxRemembered = 200;
/** Nobody named the plain bytes and nobody refused them: they are liked less than whatever was named. */
const unnamed = 0.0001;
const plainOnly: Preferences = Object.freeze({ br: 0, gzip: 0, identity: 1 });
const entry = /^\s*([^\s;]+)\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?$/i;

const remembered = new Map<string, Preferences>();

/** Reads Accept-Encoding (RFC 9110 §12.5.3); without one the plain bytes are the safe answer. */
export function preferencesOf(header: string | undefined): Preferences {
  if (header === undefined || header === "") return plainOnly;
  const known = remembered.get(header);
  if (known) return known;
  if (header.length > longestHeader) return plainOnly;
  const preferences = parse(header);
  // Browsers send one of a few.
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(header, preferences);
  return preferences;
}

function parse(header: string): Preferences {
  const named = new Map<string, number>();
  for (const part of header.split(",")) {
    const [, name = "", weight] = entry.exec(part) ?? [];
    const quality = weight === undefined ? 1 : Number(weight);
    if (name !== "" && quality >= 0 && quality <= 1) named.set(name.toLowerCase(), quality);
  }
  const others = named.get("*");
  const preferences: Record<Coding | "identity", number> = {
    br: 0,
    gzip: 0,
    identity: named.get("identity") ?? (others === 0 ? 0 : unnamed),
  };
  for (const coding of codings) preferences[coding] = named.get(coding) ?? others ?? 0;
  if (!named.has("gzip")) preferences.gzip = named.get("x-gzip") ?? preferences.gzip;
  return Object.freeze(preferences);
}
