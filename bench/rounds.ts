/**
 * Measures some things in turn, once to warm up and then in rounds that change their order; what was seen, in the order
 * of the things.
 */
export async function inTurn<Thing, Seen>(
  things: readonly Thing[],
  rounds: number,
  measure: (thing: Thing) => Promise<Seen>,
  { warmsUp = true }: { readonly warmsUp?: boolean } = {},
): Promise<Seen[][]> {
  const seen: Seen[][] = things.map(() => []);
  if (warmsUp) for (const thing of things) await measure(thing);
  const indices = things.map((_, index) => index);
  for (let round = 0; round < rounds; round += 1) {
    for (const index of round % 2 === 0 ? indices : indices.toReversed()) {
      seen[index]?.push(await measure(things[index] as Thing));
    }
  }
  return seen;
}
