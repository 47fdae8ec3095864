import { type Coding, codings } from "./compress.ts";

/** Bytes that are too many to be kept in memory. */
export interface FileOnDisk {
  readonly path: string;
  readonly size: number;
}

/** A file in one coding, with everything that can be said of it before anybody asks. */
export interface Representation {
  readonly coding: Coding | "identity";
  readonly body: Buffer | FileOnDisk;
  readonly size: number;
  readonly etag: string;
  /** The headers of the whole, as a flat list. */
  readonly headers: readonly string[];
  /** The headers of 304; those of a part are among them. */
  readonly validators: readonly string[];
}

/** A file that is served under one address. */
export interface ServedFile {
  readonly type: string;
  readonly identity: Representation;
  /** The smallest first, so that the first of those that a client likes best is the one. */
  readonly representations: readonly Representation[];
}

export interface ServedFileOptions {
  readonly type: string;
  /** Tells one content from another: what the tags are made of. */
  readonly hash: string;
  readonly cacheControl: string;
  readonly identity: Buffer | FileOnDisk;
  readonly packed?: ReadonlyMap<Coding, Buffer | FileOnDisk>;
  /** What else is said with every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A hashed name never means other bytes: whoever has them need not ask again (RFC 8246). */
export const forever = "public, max-age=31536000, immutable";
/** A plain name means other bytes after the next build. */
export const askAgain = "public, max-age=60";
export const askAlways = "no-cache";

/** Precomputes the answers to requests for a file. */
export function servedFile(options: ServedFileOptions): ServedFile {
  const { type, hash, cacheControl, packed } = options;
  const varies = packed !== undefined && packed.size > 0;
  // Fonts are asked for by the rules of CORS even where they stand in a stylesheet.
  const common = Object.entries({
    "Cache-Control": cacheControl,
    ...(varies && { Vary: "Accept-Encoding" }),
    ...options.headers,
    ...(type.startsWith("font/") && { "Access-Control-Allow-Origin": "*" }),
  }).flat();
  const represent = (coding: Representation["coding"], body: Buffer | FileOnDisk): Representation => {
    const size = Buffer.isBuffer(body) ? body.length : body.size;
    const etag = `"${hash.slice(0, 32)}${coding === "identity" ? "" : `-${coding}`}"`;
    const validators = Object.freeze(["ETag", etag, ...common]);
    const encoding = coding === "identity" ? ["Accept-Ranges", "bytes"] : ["Content-Encoding", coding];
    const content = ["Content-Type", type, "X-Content-Type-Options", "nosniff", "Content-Length", String(size)];
    const headers = [...content, ...encoding, ...validators];
    return Object.freeze({ coding, body, size, etag, headers: Object.freeze(headers), validators });
  };
  const identity = represent("identity", options.identity);
  const others = codings.flatMap((coding) => {
    const body = packed?.get(coding);
    return body ? [represent(coding, body)] : [];
  });
  const representations = [...others, identity].sort((a, b) => a.size - b.size);
  return Object.freeze({ type, identity, representations: Object.freeze(representations) });
}
