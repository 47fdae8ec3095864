import { get } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { type Section, say } from "../bench.ts";
import { peer, runCommand, secretKey, serving, starterIn } from "../drf-auth.ts";
import { median, ratiosOf, spread } from "../numbers.ts";
import { inTurn } from "../rounds.ts";
import { spawnServer } from "../server.ts";
import { Table } from "../table.ts";

const pollMilliseconds = 5;
const longestMilliseconds = 30_000;

/** From the start of the process to the first answer, on a database that is up to date. */
export const coldStart: Section = {
  name: "cold-start",
  about: "from the start of the process to its first answer, beside the peer written by hand",
  async run(bench) {
    const { rounds = 9 } = bench.options;
    const { database, environment } = starterIn(bench.folder);
    runCommand(environment, "migrate");
    const servers = [serving(environment), peer("by hand", "peer.ts", database, secretKey)];
    const [ours = [], byHand = []] = await inTurn(servers, rounds, async (options) => {
      const started = performance.now();
      const { server, child } = await spawnServer(bench, { ...options, isPinned: false });
      await firstAnswer(`${server.base}/api/v1/words/`, () => child.exitCode !== null);
      const took = performance.now() - started;
      await server.stop();
      return took;
    });
    say(
      `${rounds} rounds, asked every ${pollMilliseconds} ms; one worker; in ms; ratio below 1: drf-auth is there first`,
    );
    const table = new Table("", "drf-auth (least … most)", "by hand (least … most)", "ratio (least … most)");
    table.row("first answer", spread(ours, 0), spread(byHand, 0), spread(ratiosOf(ours, byHand)));
    say(
      `median of what it takes more: ${median(ours.map((took, index) => took - (byHand[index] ?? 0))).toFixed(0)} ms`,
    );
  },
};

async function firstAnswer(url: string, hasEnded: () => boolean): Promise<void> {
  const started = performance.now();
  while ((await statusOf(url)) !== 200) {
    if (hasEnded()) throw new Error("A server ended before it answered.");
    if (performance.now() - started > longestMilliseconds) throw new Error(`${url} never answered with 200.`);
    await wait(pollMilliseconds);
  }
}

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    }).on("error", () => resolve(undefined));
  });
}
