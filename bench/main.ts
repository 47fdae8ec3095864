// Compares the starter, served by drf-auth, with the same routes written by hand (peer.ts), in one run: one database
// file, the same pragmas, one worker each, rounds interleaved and their order reversed every other time.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import autocannon from "autocannon";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "2" },
    connections: { type: "string", default: "32" },
    route: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
if (values.help) {
  say("npm run bench -- [--rounds 7] [--seconds 2] [--connections 32] [--route create]");
  process.exit(0);
}
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const connections = Number(values.connections);

const secret = "a-key-of-the-benchmark-that-signs-its-own-tokens";
const folder = mkdtempSync(join(tmpdir(), "drf-auth-bench-"));
const database = join(folder, "bench.sqlite3");
const command = fileURLToPath(import.meta.resolve("drf-auth/package.json")).replace("package.json", "bin/drf-auth.js");
const app = fileURLToPath(new URL("../starter/app.ts", import.meta.url));
const environment = {
  ...process.env,
  DATABASE_URL: `sqlite:${database}`,
  SECRET_KEY: secret,
  DRF_AUTH_APP: app,
  DRF_AUTH_SUPERUSER_USERNAME: "bench",
  DRF_AUTH_SUPERUSER_EMAIL: "bench@example.com",
  DRF_AUTH_SUPERUSER_PASSWORD: "bench-pass-123",
};

interface Server {
  readonly name: string;
  readonly base: string;
  readonly process: ChildProcess;
}

interface Round {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

/** The servers share one core and the load takes another, where the machine allows it: what they cost is then theirs. */
const pinned = spawnSync("taskset", ["-c", "0", "true"]).status === 0 && cpus().length > 1;

function start(name: string, port: number, words: readonly string[]): Promise<Server> {
  const [program = "", ...rest] = pinned
    ? ["taskset", "-c", "0", process.execPath, ...words]
    : [process.execPath, ...words];
  const child = spawn(program, rest, {
    env: { ...environment, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // The log tells of each login; only what is wrong belongs among the numbers.
  child.stderr.on("data", (chunk: Buffer) => {
    const lines = chunk.toString().split("\n");
    for (const line of lines) if (line !== "" && !line.includes('"level":30')) process.stderr.write(`${line}\n`);
  });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code} before it was ready.`)));
    child.stdout.on("data", (chunk: Buffer) => {
      if (/ready|Stop it with/.test(chunk.toString()))
        resolve({ name, base: `http://127.0.0.1:${port}`, process: child });
    });
  });
}

function drfAuth(...words: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [command, ...words], { env: environment, encoding: "utf8" });
  if (status !== 0) throw new Error(`drf-auth ${words.join(" ")} ended with ${status}: ${stderr}`);
}

/** Processor time of a process and its children so far, in microseconds. */
function cpuOf(pid: number): number {
  const ticks = (id: number): number => {
    const stat = readFileSync(`/proc/${id}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[11]) + Number(fields[12]);
  };
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return [pid, ...children].reduce((sum, id) => sum + ticks(id), 0) * 10_000;
}

let texts = 0;

async function load(server: Server, route: Route, token: string): Promise<Round> {
  const headers = { authorization: `Bearer ${token}`, ...(route.body && { "content-type": "application/json" }) };
  const before = process.platform === "linux" ? cpuOf(server.process.pid ?? 0) : 0;
  const result = await autocannon({
    url: server.base + route.path,
    method: route.body ? "POST" : "GET",
    headers,
    connections,
    duration: seconds,
    ...(route.body && {
      requests: [
        {
          method: "POST",
          path: route.path,
          headers,
          setupRequest: (request) => ({ ...request, body: route.body?.() ?? "" }),
        },
      ],
    }),
  });
  const after = process.platform === "linux" ? cpuOf(server.process.pid ?? 0) : 0;
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${server.name} ${route.name}: ${result.non2xx} answers were no success, ${result.errors} failed.`);
  }
  return {
    perSecond: result.requests.total / result.duration,
    cpuMicroseconds: (after - before) / result.requests.total,
  };
}

interface Route {
  readonly name: string;
  readonly path: string;
  readonly body?: () => string;
}

const routes: readonly Route[] = [
  { name: "list of 10", path: "/api/v1/words/?page=3" },
  { name: "detail", path: "/api/v1/words/7/" },
  {
    name: "create",
    path: "/api/v1/words/",
    body: () => JSON.stringify({ text: `word ${process.pid} ${(texts += 1)}`, synonym: "same" }),
  },
  { name: "me", path: "/api/v1/me/" },
];

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

async function post(server: Server, path: string, body: object, token?: string): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(server.base + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** What both must answer alike, so that the same work is compared. */
async function checkSame(servers: readonly Server[], token: string): Promise<void> {
  for (const { path, body, name } of routes) {
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

let servers: readonly Server[] = [];
try {
  drfAuth("migrate");
  drfAuth("createsuperuser", "--no-input");
  const ours = await start("drf-auth", 8181, [command, "serve"]);
  const peer = await start("by hand", 8182, [
    fileURLToPath(new URL("peer.ts", import.meta.url)),
    database,
    secret,
    "8182",
  ]);
  servers = [ours, peer];
  // Access tokens live five minutes: each part of the run takes its own.
  const login = async (): Promise<string> =>
    String((await post(ours, "/api/token/", { username: "bench", password: "bench-pass-123" }))["access"]);
  const firstToken = await login();
  for (let number = 1; number <= 1000; number += 1)
    await post(ours, "/api/v1/words/", { text: `seed ${number}` }, firstToken);
  await checkSame(servers, firstToken);

  say(
    `node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${pinned ? "servers on core 0" : "not pinned"}`,
  );
  say(
    `${rounds} rounds of ${seconds} s, ${connections} connections, one worker each; 1,000 words; ratio above 1: drf-auth is faster`,
  );
  say("");
  say("route        drf-auth/s  by hand/s   ratio  (least … most)   cpu µs/request  drf-auth  by hand  ratio");
  for (const route of routes) {
    if (values.route !== undefined && values.route !== route.name) continue;
    const token = await login();
    const seen = new Map<Server, Round[]>(servers.map((server) => [server, []]));
    for (const server of servers) await load(server, route, token);
    for (let round = 0; round < rounds; round += 1) {
      for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
        seen.get(server)?.push(await load(server, route, token));
      }
    }
    const [own = [], other = []] = [...seen.values()];
    const ratios = own.map((round, index) => round.perSecond / (other[index]?.perSecond ?? 1));
    const cpu = [own, other].map((all) => median(all.map((round) => round.cpuMicroseconds)));
    say(
      [
        route.name.padEnd(12),
        median(own.map((round) => round.perSecond))
          .toFixed(0)
          .padStart(10),
        median(other.map((round) => round.perSecond))
          .toFixed(0)
          .padStart(10),
        median(ratios).toFixed(2).padStart(7),
        `  (${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)})`.padEnd(16),
        "".padStart(16),
        ...cpu.map((microseconds) => microseconds.toFixed(0).padStart(9)),
        ((cpu[1] ?? 0) / (cpu[0] || 1)).toFixed(2).padStart(6),
      ].join(" "),
    );
  }
} finally {
  await Promise.all(
    servers.map(({ process: child }) => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      return ended;
    }),
  );
  rmSync(folder, { recursive: true, force: true });
}
