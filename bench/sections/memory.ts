import { setTimeout as wait } from "node:timers/promises";
import { type Bench, type Section, say } from "../bench.ts";
import { login, peer, secretKey, serving, startStarter, starterIn } from "../drf-auth.ts";
import { measure } from "../load.ts";
import { median, ratiosOf, spread } from "../numbers.ts";
import { childrenOf, type Memory, memoryOf } from "../processes.ts";
import { type Server, startServer } from "../server.ts";
import { Table } from "../table.ts";

const requests = 20_000;
const settleMilliseconds = 1000;

interface Snapshot {
  readonly arbiter: Memory;
  readonly worker: Memory;
  readonly byHand: Memory;
}

interface OnceOptions {
  readonly database: string;
  readonly connections: number;
  readonly token: string;
}

/** The memory of a worker, at rest and after a load, beside the peer's; both run at once, so that they share alike. */
export const memory: Section = {
  name: "memory",
  about: "the memory of a worker beside that of the peer written by hand, at rest and after a load",
  async run(bench) {
    if (process.platform !== "linux") return say("Only Linux tells the share of a process (smaps_rollup).");
    const { rounds = 5, connections = 32 } = bench.options;
    // Logins are asked of another server: hashing a password takes memory that the peer has no use for.
    const { server, database } = await startStarter(bench);
    const seen: { readonly rest: Snapshot; readonly loaded: Snapshot }[] = [];
    for (let round = 0; round < rounds; round += 1)
      seen.push(await once(bench, { database, connections, token: await login(server) }));
    say(`${rounds} times from the start; ${requests} requests for a list of 10 by ${connections} connections; in MiB`);
    say("PSS: own pages and the share of common ones; private: own pages. ratio below 1: drf-auth takes less");
    const heads = [
      "PSS",
      "by hand",
      "ratio (least … most)",
      "private",
      "by hand",
      "ratio (least … most)",
      "arbiter PSS",
    ];
    const table = new Table("", ...heads);
    const rows = [
      ["at rest", seen.map(({ rest }) => rest)] as const,
      ["after the load", seen.map(({ loaded }) => loaded)] as const,
    ];
    for (const [name, snapshots] of rows) {
      const cells = (["pss", "own"] as const).flatMap((kind) => {
        const [worker, byHand] = [snapshots.map((one) => one.worker[kind]), snapshots.map((one) => one.byHand[kind])];
        return [median(worker).toFixed(1), median(byHand).toFixed(1), spread(ratiosOf(worker, byHand))];
      });
      table.row(name, ...cells, median(snapshots.map(({ arbiter }) => arbiter.pss)).toFixed(1));
    }
  },
};

async function once(bench: Bench, { database, connections, token }: OnceOptions) {
  const ours = await startServer(bench, serving(starterIn(bench.folder).environment));
  const byHand = await startServer(bench, peer("by hand", "peer.ts", database, secretKey));
  await wait(settleMilliseconds);
  const rest = snapshot(ours, byHand);
  const headers = { authorization: `Bearer ${token}` };
  const load = { name: "list of 10", path: "/api/v1/words/?page=3", headers, requests, connections };
  for (const server of [ours, byHand]) await measure(server, load);
  await wait(settleMilliseconds);
  const loaded = snapshot(ours, byHand);
  await Promise.all([ours.stop(), byHand.stop()]);
  return { rest, loaded };
}

function snapshot(ours: Server, byHand: Server): Snapshot {
  const [worker = 0, ...others] = childrenOf(ours.pid);
  if (others.length > 0) throw new Error("The server has more than one worker.");
  return { arbiter: memoryOf(ours.pid), worker: memoryOf(worker), byHand: memoryOf(byHand.pid) };
}
