import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bench, type Section, say } from "../bench.ts";
import { environmentFor, peer, runCommand, serving } from "../drf-auth.ts";
import { type Load, measure } from "../load.ts";
import { median, ratiosOf, spread } from "../numbers.ts";
import { inTurn } from "../rounds.ts";
import { type Server, startServer } from "../server.ts";
import { stylesheetText } from "../stylesheet-text.ts";
import { Table } from "../table.ts";

const stylesheetBytes = 20 * 1024;

/** A collected stylesheet beside the same bytes from a map in memory and from @fastify/static. */
export const staticFiles: Section = {
  name: "static",
  about: "a stylesheet of 20 KiB beside a map in memory on node:http and @fastify/static",
  async run(bench) {
    const { rounds = 7, seconds = 2, connections = 32 } = bench.options;
    const { environment, collected, path } = collectStylesheet(bench);
    const servers = [
      await startServer(bench, serving({ ...environment, ACCESS_LOG: "off" })),
      await startServer(bench, serving(environment, { name: "with its access log" })),
      await startServer(bench, peer("map in memory", "static-map.ts", collected)),
      await startServer(bench, peer("@fastify/static", "static-fastify.ts", collected)),
    ];
    const tags = await checkSame(servers, path, readFileSync(join(bench.folder, "static/css/app.css"), "utf8"));

    const compressed = statSync(join(collected, `${path.slice("/static/".length)}.br`)).size;
    say(`${rounds} rounds of ${seconds} s, ${connections} connections; ${compressed} bytes as brotli`);
    say(
      "ratio above 1: drf-auth is faster; a core below 100 % waited for the load, so that CPU tells more than requests",
    );
    const br = { "accept-encoding": "br" };
    for (const [name, isKnown] of [["brotli, 200", false] as const, ["If-None-Match, 304", true] as const]) {
      const results = await inTurn(servers, rounds, (server) => {
        const headers = isKnown ? { ...br, "if-none-match": tags.get(server) ?? "" } : br;
        const load: Load = { name, path, headers, seconds, connections, ...(isKnown && { status: 304 }) };
        return measure(server, load);
      });
      const [ours = []] = results;
      const heads = ["requests/s", "ratio (least … most)", "CPU µs each", "ratio (least … most)", "core"];
      const table = new Table(name, ...heads);
      for (const [index, seen] of results.entries()) {
        const [perSecond, cpu] = [seen.map((round) => round.perSecond), seen.map((round) => round.cpuMicroseconds)];
        table.row(
          servers[index]?.name ?? "",
          median(perSecond).toFixed(0),
          index === 0
            ? ""
            : spread(
                ratiosOf(
                  ours.map((round) => round.perSecond),
                  perSecond,
                ),
              ),
          median(cpu).toFixed(0),
          index === 0
            ? ""
            : spread(
                ratiosOf(
                  cpu,
                  ours.map((round) => round.cpuMicroseconds),
                ),
              ),
          `${(median(seen.map((round) => round.cores)) * 100).toFixed(0)} %`,
        );
      }
    }
  },
};

/** Makes a project of nothing but a stylesheet, and collects it. */
function collectStylesheet({ folder }: Bench) {
  const app = join(folder, "app.ts");
  writeFileSync(
    app,
    `import { application } from ${JSON.stringify(import.meta.resolve("drf-auth"))};
export default application({ models: [], routes: [] });
`,
  );
  mkdirSync(join(folder, "static/css"), { recursive: true });
  writeFileSync(join(folder, "static/css/app.css"), stylesheetText(stylesheetBytes));
  const environment = environmentFor(app, join(folder, "bench.sqlite3"));
  runCommand(environment, "collectstatic");
  runCommand(environment, "migrate");
  const collected = join(folder, "staticfiles");
  const manifest = JSON.parse(readFileSync(join(collected, "staticfiles.json"), "utf8")) as {
    readonly files: readonly { readonly name: string; readonly file: string }[];
  };
  const file = manifest.files.find(({ name }) => name === "css/app.css")?.file;
  if (file === undefined) throw new Error("collectstatic did not collect the stylesheet.");
  return { environment, collected, path: `/static/${file}` };
}

/** Asks as a browser does for what it has: `fetch` would add `Cache-Control: no-cache`, which some servers heed. */
async function askKnown(url: string, etag: string): Promise<{ readonly status: number; readonly text: string }> {
  const sent = request(url, { headers: { "accept-encoding": "br", "if-none-match": etag } });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, text };
}

/** What all must answer alike, so that the same work is compared; gives the tag of each. */
async function checkSame(servers: readonly Server[], path: string, text: string): Promise<Map<Server, string>> {
  const tags = new Map<Server, string>();
  for (const server of servers) {
    const response = await fetch(server.base + path, { headers: { "accept-encoding": "br" } });
    const { status, headers } = response;
    const etag = headers.get("etag") ?? "";
    const known = await askKnown(server.base + path, etag);
    const seen = {
      status,
      type: headers.get("content-type"),
      coding: headers.get("content-encoding"),
      cache: headers.get("cache-control"),
      vary: headers.get("vary")?.toLowerCase(),
      isSameText: (await response.text()) === text,
      known: known.status,
      knownText: known.text,
    };
    const wanted = {
      status: 200,
      type: "text/css; charset=utf-8",
      coding: "br",
      cache: "public, max-age=31536000, immutable",
      vary: "accept-encoding",
      isSameText: true,
      known: 304,
      knownText: "",
    };
    if (JSON.stringify(seen) !== JSON.stringify(wanted)) {
      throw new Error(
        `${server.name} answers otherwise: ${JSON.stringify(seen).slice(0, 500)}, not ${JSON.stringify(wanted)}`,
      );
    }
    tags.set(server, etag);
  }
  return tags;
}
