import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Section, say } from "../bench.ts";
import { hashesFor } from "../busy.ts";
import { environmentFor, runCommand, serving } from "../drf-auth.ts";
import { measure } from "../load.ts";
import { median, ratiosOf, spread } from "../numbers.ts";
import { inTurn } from "../rounds.ts";
import { startServer } from "../server.ts";
import { Table } from "../table.ts";

const viewMilliseconds = 2;
const run = promisify(execFile);

/** Two workers beside one on a view that computes, and two processes beside one without any server. */
export const scaling: Section = {
  name: "scaling",
  about: "two workers beside one, on a view that computes for 2 ms",
  async run(bench) {
    const { rounds = 7, seconds = 2, connections = 8 } = bench.options;
    const hashes = hashesFor(viewMilliseconds);
    const app = fileURLToPath(new URL("../busy-app.ts", import.meta.url));
    const environment = {
      ...environmentFor(app, join(bench.folder, "bench.sqlite3")),
      ACCESS_LOG: "off",
      BUSY_HASHES: String(hashes),
    };
    runCommand(environment, "migrate");
    const servers = [
      await startServer(bench, serving(environment, { name: "two workers", workers: 2, isPinned: false })),
      await startServer(bench, serving(environment, { name: "one worker", isPinned: false })),
    ];
    say(
      `${rounds} rounds of ${seconds} s, ${connections} connections, ${hashes} hashes a request; no core is kept free`,
    );
    const table = new Table("", "two/s", "one/s", "ratio (least … most)", "cores", "cores");
    const load = { name: "busy", path: "/busy/", connections, seconds };
    const [two = [], one = []] = await inTurn(servers, rounds, (server) => measure(server, load));
    const perSecond = [two, one].map((seen) => seen.map((round) => round.perSecond));
    const cores = [two, one].map((seen) => median(seen.map((round) => round.cores)).toFixed(2));
    table.row("workers", ...cellsOf(perSecond), ...cores);
    table.row(
      "processes, no server",
      ...cellsOf(await inTurn([2, 1], rounds, (count) => loops(count, hashes, seconds))),
    );
  },
};

function cellsOf([two = [], one = []]: readonly (readonly number[])[]): string[] {
  return [median(two).toFixed(0), median(one).toFixed(0), spread(ratiosOf(two, one))];
}

/** How often some processes together do the work of the view in a second. */
async function loops(count: number, hashes: number, seconds: number): Promise<number> {
  const script = fileURLToPath(new URL("../busy-loop.ts", import.meta.url));
  const words = [script, String(hashes), String(seconds)];
  const answers = await Promise.all(Array.from({ length: count }, () => run(process.execPath, words)));
  return answers.reduce((sum, { stdout }) => sum + Number(stdout), 0);
}
