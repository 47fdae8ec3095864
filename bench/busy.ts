import { createHash } from "node:crypto";

/** Keeps the processor busy with a number of hashes, each of the one before. */
export function burn(hashes: number): string {
  let text = "busy";
  for (let done = 0; done < hashes; done += 1) text = createHash("sha256").update(text).digest("hex");
  return text;
}

/** How many hashes take this processor so long, in milliseconds. */
export function hashesFor(milliseconds: number): number {
  const tried = 20_000;
  burn(tried);
  const started = performance.now();
  burn(tried);
  return Math.round((tried * milliseconds) / (performance.now() - started));
}
