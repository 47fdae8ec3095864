import recorded from "./django-vectors.json" with { type: "json" };

export interface Vector {
  readonly note: string;
  readonly password: string;
  readonly encoded: string;
}

/** What Django stored with one of its hashers, and verified: the first with its own parameters, the others cheaper. */
export function vectorsOf(prefix: string): [Vector, ...Vector[]] {
  const [first, ...others] = recorded.vectors.filter(({ encoded }) => encoded.startsWith(`${prefix}$`));
  if (!first) throw new Error(`No vector was recorded for ${prefix}.`);
  return [first, ...others];
}
