import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { isCompressible } from "./content-type.ts";

/** The content codings that files are kept in, in the order in which they are preferred where sizes are equal. */
export const codings = ["br", "gzip"] as const;

export type Coding = (typeof codings)[number];

/** What is no smaller than this is sent as it is: the client would unpack it for nothing. */
const worthwhileRatio = 0.95;
/** Brotli at its best takes about a second a MiB. */
const maxCompressedBytes = 16 * 1024 * 1024;

const withBrotli = promisify(brotliCompress);
const withGzip = promisify(gzip);

/** Compresses a file as far as it goes; a coding that hardly helps is left out. The same bytes give the same result. */
export async function compress(bytes: Buffer, type: string): Promise<ReadonlyMap<Coding, Buffer>> {
  const kept = new Map<Coding, Buffer>();
  if (!isCompressible(type) || bytes.length === 0 || bytes.length > maxCompressedBytes) return kept;
  const packed: Record<Coding, Buffer> = {
    br: await withBrotli(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
    gzip: await withGzip(bytes, { level: 9 }),
  };
  for (const coding of codings) {
    if (packed[coding].length <= bytes.length * worthwhileRatio) kept.set(coding, packed[coding]);
  }
  return kept;
}
