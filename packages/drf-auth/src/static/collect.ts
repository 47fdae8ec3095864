import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { posix } from "node:path";
import { contentTypeOf } from "./content-type.ts";
import { hashedName } from "./file-name.ts";
import { inParallel } from "./in-parallel.ts";
import { readReference, writeReference } from "./references.ts";
import type { SourceFile } from "./source-file.ts";
import { findSourceMap } from "./source-map-comment.ts";
import { rewriteStylesheets, type Stylesheet } from "./stylesheets.ts";

/** A file that is collected. */
export interface CollectedFile {
  /** As its source is called: `css/app.css`. */
  readonly name: string;
  /** The same with the hash of its content. */
  readonly hashedName: string;
  /** Its Content-Type. */
  readonly type: string;
  readonly size: number;
  /** The SHA-256 of its content, in hexadecimal. */
  readonly hash: string;
  /** Whether it came with the framework. */
  readonly isOwn: boolean;
}

export interface CollectOptions {
  /** The path under which files are served. */
  readonly url: string;
  /** Takes each file with its content, a few at a time. */
  keep(file: CollectedFile, bytes: Buffer): Promise<void>;
  /** Takes what should be known and is no error. */
  note(line: string): void;
}

/**
 * Gives each file the name that its content decides, after the addresses in stylesheets and the comments that name
 * source maps have been written anew.
 *
 * @throws {ImproperlyConfigured} for stylesheets that refer to what is not there, or to each other in a circle.
 */
export async function collect(
  files: ReadonlyMap<string, SourceFile>,
  { url, keep, note }: CollectOptions,
): Promise<readonly CollectedFile[]> {
  const collected = new Map<string, CollectedFile>();
  const limit = availableParallelism();
  const add = ({ name, isOwn }: SourceFile, bytes: Buffer): CollectedFile => {
    const hash = createHash("sha256").update(bytes).digest("hex");
    const type = contentTypeOf(name);
    const file = { name, hashedName: hashedName(name, hash), type, size: bytes.length, hash, isOwn };
    collected.set(name, file);
    return file;
  };
  const hashedNameOf = (name: string) => collected.get(name)?.hashedName;
  const { plain, scripts, sheets } = byKind(files.values());

  await inParallel(plain, limit, async (file) => {
    const bytes = await file.read();
    await keep(add(file, bytes), bytes);
  });
  await inParallel(scripts, limit, async (file) => {
    const bytes = withSourceMap(await file.read(), file);
    await keep(add(file, bytes), bytes);
  });
  const stylesheets = new Map<string, Stylesheet & { readonly file: SourceFile }>();
  const finished: (readonly [CollectedFile, Buffer])[] = [];
  for (const file of sheets) {
    const bytes = await file.read();
    if (isUtf8(bytes)) {
      stylesheets.set(file.name, { name: file.name, label: file.label, text: bytes.toString("utf8"), file });
    } else {
      note(`${file.label} is not UTF-8: the addresses in it are left as they are.`);
      finished.push([add(file, bytes), bytes]);
    }
  }
  rewriteStylesheets({
    stylesheets,
    url,
    hashedNameOf,
    note,
    add: ({ name }, text) => {
      const bytes = Buffer.from(text);
      const file = add(files.get(name) as SourceFile, bytes);
      finished.push([file, bytes]);
      return file.hashedName;
    },
  });
  await inParallel(finished, limit, ([file, bytes]) => keep(file, bytes));
  return [...collected.values()].sort((a, b) => (a.name < b.name ? -1 : 1));

  function withSourceMap(bytes: Buffer, { name, label }: SourceFile): Buffer {
    // Bytes as characters: whatever the encoding, they come back as they were.
    const script = bytes.toString("latin1");
    const found = findSourceMap(script);
    const reference = found && readReference(found.address, name, url);
    if (!found || !reference) return bytes;
    const target = hashedNameOf(reference.name);
    const before = script.slice(0, found.start);
    if (target === undefined) {
      note(`${label}: there is no source map ${reference.name}; the comment that names it is left out.`);
      return Buffer.from(before, "latin1");
    }
    const address = writeReference(reference, target, name, url);
    return Buffer.from(`${before}//# sourceMappingURL=${address}\n`, "latin1");
  }
}

function byKind(files: Iterable<SourceFile>): Record<"plain" | "scripts" | "sheets", SourceFile[]> {
  const kinds: Record<"plain" | "scripts" | "sheets", SourceFile[]> = { plain: [], scripts: [], sheets: [] };
  for (const file of files) {
    const end = posix.extname(file.name).toLowerCase();
    kinds[end === ".css" ? "sheets" : end === ".js" || end === ".mjs" ? "scripts" : "plain"].push(file);
  }
  return kinds;
}
