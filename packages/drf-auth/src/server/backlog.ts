import { setImmediate as nextRound } from "node:timers/promises";

const quietRounds = 3;
const shortRoundMilliseconds = 0.5;
const longestMilliseconds = 1000;

/**
 * Resolves when no connection waits in the kernel to be accepted, or after a second of ever new ones.
 * Closing a listening socket resets those that wait, and nothing says whether there are any. But each round of the
 * event loop accepts one if it can, so rounds without any say it, when they are so short that hardly one came meanwhile.
 */
export async function emptyBacklog(acceptedSoFar: () => number): Promise<void> {
  let before = performance.now();
  const until = before + longestMilliseconds;
  for (let quiet = 0; quiet < quietRounds && before < until;) {
    const accepted = acceptedSoFar();
    await nextRound();
    const now = performance.now();
    quiet = acceptedSoFar() === accepted && now - before < shortRoundMilliseconds ? quiet + 1 : 0;
    before = now;
  }
}
