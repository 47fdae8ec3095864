import { TextDecoder } from "node:util";
import { ParseError } from "../errors.ts";
import type { MediaType } from "./media-type.ts";

/** Turns bytes into text; `isStrict` refuses bytes that are none, otherwise they become U+FFFD. */
export interface Charset {
  readonly name: string;
  decode(bytes: Uint8Array, isStrict: boolean): string;
}

/**
 * Decodes a body by the charset of its media type; an unknown one is taken for UTF-8, as DRF does.
 *
 * @throws {ParseError} when the bytes are not of that charset, or the charset is one that we do not read.
 */
export function decodeText(body: Buffer, mediaType: MediaType, what: string): string {
  const charset = charsetOf(mediaType);
  try {
    return charset.decode(body, true);
  } catch (error) {
    throw new ParseError(`${what} parse error - the body is not valid ${charset.name}`, { cause: error });
  }
}

/**
 * The charset that a media type names, by the names that Python has for it.
 *
 * @throws {ParseError} when Python knows it and we do not read it: taking it for UTF-8 would garble the text.
 */
export function charsetOf({ parameters }: MediaType): Charset {
  const sent = parameters.get("charset");
  if (sent === undefined) return utf8;
  const name = sent.toLowerCase().replace(/[_ ]/g, "-");
  const known = own.get(name);
  if (known) return known;
  if (pythonOnly.has(name)) throw new ParseError(`Unsupported charset "${sent}" in request Content-Type header.`);
  return fromPlatform(name) ?? utf8;
}

const utf8 = fromPlatform("utf-8") as Charset;

const latin1: Charset = {
  name: "latin-1",
  decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"),
};

const ascii: Charset = {
  name: "ascii",
  decode(bytes, isStrict) {
    if (isStrict && bytes.some((byte) => byte > 0x7f)) throw new TypeError("A byte is above 127.");
    return latin1.decode(bytes, isStrict).replace(/[\x80-\xff]/g, "\ufffd");
  },
};

/** The mark at its start says in which order the bytes are; without one Python refuses a stream. */
const utf16: Charset = {
  name: "utf-16",
  decode(bytes, isStrict) {
    const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
    const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
    if (isStrict && !isLittle && !isBig) throw new TypeError("UTF-16 does not start with its mark.");
    return new TextDecoder(isBig ? "utf-16be" : "utf-16le", { fatal: isStrict }).decode(bytes);
  },
};

const utf8WithMark: Charset = {
  name: "utf-8-sig",
  decode: (bytes, isStrict) => new TextDecoder("utf-8", { fatal: isStrict }).decode(bytes),
};

/** Where the names that the platform knows mean something else in Python, or nothing there. */
const own: ReadonlyMap<string, Charset> = new Map([
  ...["latin-1", "latin1", "latin", "l1", "iso-8859-1", "iso8859-1", "8859", "cp819"].map(
    (name) => [name, latin1] as const,
  ),
  ...["ascii", "us-ascii", "646"].map((name) => [name, ascii] as const),
  ...["utf-16", "utf16", "u16"].map((name) => [name, utf16] as const),
  ["utf-8-sig", utf8WithMark],
]);

const pythonOnly: ReadonlySet<string> = new Set(
  (
    "base64 base64-codec bz2 bz2-codec hex hex-codec idna punycode quopri quopri-codec raw-unicode-escape rot13 rot-13 " +
    "undefined unicode-escape utf-7 utf7 utf-32 utf32 utf-32-be utf-32-le utf-32be utf-32le uu uu-codec zip zlib zlib-codec"
  ).split(" "),
);

function fromPlatform(name: string): Charset | undefined {
  try {
    const strict = new TextDecoder(name, { fatal: true, ignoreBOM: true });
    const lenient = new TextDecoder(name, { ignoreBOM: true });
    return { name: strict.encoding, decode: (bytes, isStrict) => (isStrict ? strict : lenient).decode(bytes) };
  } catch {
    return undefined;
  }
}
