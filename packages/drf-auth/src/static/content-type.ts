import { posix } from "node:path";

const unknownType = "application/octet-stream";

/** The types of the files that sites are made of, by the ends of their names. */
const types: Readonly<Record<string, string>> = Object.freeze({
  ".aac": "audio/aac",
  ".apng": "image/apng",
  ".avif": "image/avif",
  ".bmp": "image/bmp",
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".eot": "application/vnd.ms-fontobject",
  ".flac": "audio/flac",
  ".gif": "image/gif",
  ".gz": "application/gzip",
  ".htm": "text/html; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".m4a": "audio/mp4",
  ".map": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".mp3": "audio/mpeg",
  ".mp4": "video/mp4",
  ".oga": "audio/ogg",
  ".ogg": "audio/ogg",
  ".ogv": "video/ogg",
  ".otf": "font/otf",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".rss": "application/rss+xml; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".ttf": "font/ttf",
  ".txt": "text/plain; charset=utf-8",
  ".vtt": "text/vtt; charset=utf-8",
  ".wasm": "application/wasm",
  ".wav": "audio/wav",
  ".webm": "video/webm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".xml": "text/xml; charset=utf-8",
  ".yaml": "application/yaml",
  ".yml": "application/yaml",
  ".zip": "application/zip",
});

const compressible =
  /^(?:text\/|application\/(?:json|wasm|yaml|vnd\.ms-fontobject|[\w.-]+\+(?:json|xml))|image\/(?:svg\+xml|bmp|x-icon)|font\/(?:otf|ttf))/;

/** The Content-Type of a file, by the end of its name; a browser guesses none, since answers say nosniff. */
export function contentTypeOf(name: string): string {
  return types[posix.extname(name).toLowerCase()] ?? unknownType;
}

/** Tells whether files of a type get smaller by compression: pictures, sound and archives are compressed already. */
export function isCompressible(type: string): boolean {
  return compressible.test(type);
}
