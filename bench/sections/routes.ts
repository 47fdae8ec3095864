import { type Bench, type Section, say } from "../bench.ts";
import { login, peer, secretKey, startStarter } from "../drf-auth.ts";
import { postgresqlDatabase } from "../postgresql.ts";
import { type Load, measure } from "../load.ts";
import { median, ratiosOf, spread } from "../numbers.ts";
import { UsageError } from "../options.ts";
import { inTurn } from "../rounds.ts";
import { type Server, startServer } from "../server.ts";
import { Table } from "../table.ts";

type Route = Pick<Load, "name" | "path" | "body">;

let texts = 0;

const all: readonly Route[] = [
  { name: "list of 10", path: "/api/v1/words/?page=3" },
  { name: "detail", path: "/api/v1/words/7/" },
  {
    name: "create",
    path: "/api/v1/words/",
    body: () => JSON.stringify({ text: `word ${process.pid} ${(texts += 1)}`, synonym: "same" }),
  },
  { name: "me", path: "/api/v1/me/" },
];

/** The routes of the starter beside the same routes written by hand: one database file, the same pragmas, one worker. */
export const routes: Section = {
  name: "routes",
  about: "routes of the starter beside the same routes written by hand, on SQLite",
  run: (bench) => compare(bench),
};

/** The same on one database of PostgreSQL: the same driver, pools of one size, statements prepared by name. */
export const postgresql: Section = {
  name: "postgresql",
  about: "the same on PostgreSQL: the server that TEST_DATABASE_URL names, or one of its own",
  run: async (bench) => compare(bench, await postgresqlDatabase(bench)),
};

async function compare(bench: Bench, databaseUrl?: string): Promise<void> {
  const { rounds = 7, seconds = 2, connections = 32 } = bench.options;
  const chosen = choose(bench);
  const { server: ours, database } = await startStarter(bench, databaseUrl);
  const byHand = await startServer(bench, peer("by hand", "peer.ts", database, secretKey));
  await checkSame([ours, byHand], await login(ours));

  say(`${rounds} rounds of ${seconds} s, ${connections} connections, 1,000 words; ratio above 1: drf-auth is faster`);
  const heads = ["drf-auth/s", "by hand/s", "ratio (least … most)", "CPU µs each", "by hand", "ratio (least … most)"];
  const table = new Table("route", ...heads);
  for (const route of chosen) {
    const headers = { authorization: `Bearer ${await login(ours)}` };
    const [own = [], other = []] = await inTurn([ours, byHand], rounds, (server) =>
      measure(server, { ...route, headers, seconds, connections }),
    );
    const [perSecond, otherPerSecond] = [own, other].map((seen) => seen.map((round) => round.perSecond));
    const [cpu, otherCpu] = [own, other].map((seen) => seen.map((round) => round.cpuMicroseconds));
    table.row(
      route.name,
      median(perSecond ?? []).toFixed(0),
      median(otherPerSecond ?? []).toFixed(0),
      spread(ratiosOf(perSecond ?? [], otherPerSecond ?? [])),
      median(cpu ?? []).toFixed(0),
      median(otherCpu ?? []).toFixed(0),
      spread(ratiosOf(otherCpu ?? [], cpu ?? [])),
    );
  }
}

function choose({ options: { route } }: Bench): readonly Route[] {
  const chosen = all.filter(({ name }) => route === undefined || route === name);
  if (chosen.length > 0) return chosen;
  throw new UsageError(`There is no route "${route}"; there are ${all.map(({ name }) => name).join(", ")}.`);
}

/** What both must answer alike, so that the same work is compared. */
async function checkSame(servers: readonly Server[], token: string): Promise<void> {
  for (const { path, body, name } of all) {
    if (body) continue;
    const texts = await Promise.all(
      servers.map(async ({ base }) => {
        const response = await fetch(base + path, { headers: { authorization: `Bearer ${token}` } });
        return (await response.text()).replaceAll(base, "");
      }),
    );
    if (texts[0] !== texts[1]) throw new Error(`The servers answer "${name}" differently:\n${texts.join("\n")}`);
  }
}
