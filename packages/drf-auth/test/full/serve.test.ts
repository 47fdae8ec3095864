// The real command line, on the starter, under loads that take their time.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { finish, freePort, programs, root, type Running, scratchFolder, startUntil } from "../processes/running.ts";

const starter = join(root, "starter/app.ts");
const command = join(programs, "drf-auth");
const long = { timeout: 300_000 };

let scratch: ReturnType<typeof scratchFolder>;
let servers: Running[] = [];
beforeEach(() => {
  scratch = scratchFolder();
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
  scratch.remove();
});

interface Served {
  readonly running: Running;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}

async function serve(words: readonly string[] = [], added: Readonly<Record<string, string>> = {}): Promise<Served> {
  const port = await freePort();
  const env = {
    PORT: String(port),
    DATABASE_URL: `sqlite:${join(scratch.path, "db.sqlite3")}`,
    SECRET_KEY: "a-key-for-the-long-tests-that-is-long-enough",
    ACCESS_LOG: "off",
    ...added,
  };
  const running = await startUntil("Stop it with", command, ["serve", "--app", starter, "--migrate", ...words], {
    env,
  });
  servers.push(running);
  return { running, port, env };
}

interface Answer {
  readonly status: number | string;
  readonly text: string;
}

/** Sends one request over an agent; never rejects. */
function send(agent: Agent, port: number, path: string, body?: object, token?: string): Promise<Answer> {
  const text = body && JSON.stringify(body);
  const headers = {
    ...(text !== undefined && { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) }),
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve) => {
    const fail = ({ code = "?" }: NodeJS.ErrnoException) => resolve({ status: code, text: "" });
    const sent = request(
      { host: "127.0.0.1", port, path, agent, method: body ? "POST" : "GET", headers },
      (response) => {
        let received = "";
        response.setEncoding("utf8").on("data", (part: string) => (received += part));
        response.on("error", fail).on("end", () => resolve({ status: response.statusCode ?? 0, text: received }));
      },
    );
    sent.on("error", fail).end(text);
  });
}

/** Clients that send one request after the other on connections that they keep, and what they met. */
class Load {
  readonly met = new Map<number | string, number>();
  readonly #clients: Promise<void>[];
  #isStopped = false;

  constructor(clients: number, once: (agent: Agent) => Promise<number | string>) {
    const agent = new Agent({ keepAlive: true, maxSockets: clients });
    this.#clients = Array.from({ length: clients }, async () => {
      while (!this.#isStopped) {
        const status = await once(agent);
        this.met.set(status, (this.met.get(status) ?? 0) + 1);
        // A server that has stopped refuses: nothing was sent, and nothing more will come.
        if (status === "ECONNREFUSED") return;
      }
    });
  }

  async stop(): Promise<Record<string, number>> {
    this.#isStopped = true;
    await Promise.all(this.#clients);
    return Object.fromEntries(this.met);
  }
}

function workersOf({ running }: Served): number[] {
  const { stdout } = spawnSync("ps", ["-o", "pid=", "--ppid", String(running.process.pid)], { encoding: "utf8" });
  return stdout.split("\n").map(Number).filter(Boolean);
}

async function reload(served: Served, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const old = workersOf(served);
    served.running.process.kill("SIGHUP");
    const isNew = () => {
      const pids = workersOf(served);
      return pids.length === old.length && pids.every((pid) => !old.includes(pid));
    };
    while (!isNew()) await sleep(50);
    await sleep(600);
  }
}

async function userToken({ env, port }: Served): Promise<string> {
  const made = await finish(command, ["createsuperuser", "--app", starter, "--no-input"], {
    env: {
      ...env,
      DRF_AUTH_SUPERUSER_USERNAME: "ada",
      DRF_AUTH_SUPERUSER_EMAIL: "ada@example.com",
      DRF_AUTH_SUPERUSER_PASSWORD: "correct-horse-battery",
    },
  });
  expect(made.errors).toBe("");
  const login = { username: "ada", password: "correct-horse-battery" };
  const { text } = await send(new Agent(), port, "/api/token/", login);
  return (JSON.parse(text) as { readonly access: string }).access;
}

describe("ten reloads under load", long, () => {
  test("fail no request of clients that keep their connections", async () => {
    const served = await serve(["--workers", "2"]);
    const load = new Load(20, async (agent) => (await send(agent, served.port, "/api/v1/words/")).status);
    await reload(served, 10);
    const met = await load.stop();
    process.stderr.write(`ten reloads: ${JSON.stringify(met)}\n`);
    expect(Object.keys(met)).toEqual(["200"]);
  });

  test("fail no request of wrk", async ({ skip }) => {
    if (spawnSync("wrk", ["--version"]).error) {
      process.stderr.write("skipped: wrk is not installed (Debian's package wrk)\n");
      skip();
    }
    const served = await serve(["--workers", "2"]);
    const wrk = spawn("wrk", ["-t1", "-c20", "-d60", `http://127.0.0.1:${served.port}/api/v1/words/`]);
    let output = "";
    wrk.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise((resolve) => wrk.once("close", resolve));
    await reload(served, 10);
    wrk.kill("SIGINT");
    await ended;
    process.stderr.write(`${output}\n`);
    expect(output).toMatch(/\d+ requests in/);
    expect(output).not.toMatch(/Socket errors|Non-2xx/);
  });
});

test("no row that was answered with 201 is lost when workers are killed while they write", long, async () => {
  const served = await serve(["--workers", "3"]);
  const token = await userToken(served);
  const written: string[] = [];
  let number = 0;
  const clients = 12;
  const load = new Load(clients, async (agent) => {
    const word = `word ${(number += 1)}`;
    const { status } = await send(agent, served.port, "/api/v1/words/", { text: word }, token);
    if (status === 201) written.push(word);
    return status;
  });
  const kills = 8;
  for (let kill = 0; kill < kills; kill += 1) {
    await sleep(1500);
    const workers = workersOf(served);
    process.kill(workers[Math.floor(Math.random() * workers.length)] ?? 0, "SIGKILL");
  }
  await sleep(1500);
  const met = await load.stop();
  process.stderr.write(`${kills} workers killed: ${JSON.stringify(met)}, ${written.length} rows answered with 201\n`);

  const kept = new Set<string>();
  const agent = new Agent({ keepAlive: true });
  for (let path: string | null = "/api/v1/words/?page_size=100"; path !== null;) {
    const { text } = await send(agent, served.port, path);
    const page = JSON.parse(text) as { readonly next: string | null; readonly results: readonly { text: string }[] };
    for (const row of page.results) kept.add(row.text);
    path = page.next === null ? null : new URL(page.next).pathname + new URL(page.next).search;
  }
  expect(written.filter((word) => !kept.has(word))).toEqual([]);
  // Only what was in flight on the worker that was killed fails: at most every client once a kill.
  const { 201: good = 0, ...failed } = met;
  expect(good).toBe(written.length);
  expect(Object.keys(failed).filter((status) => !["ECONNRESET", "EPIPE"].includes(status))).toEqual([]);
  expect(Object.values(failed).reduce((sum, times) => sum + times, 0)).toBeLessThanOrEqual(kills * clients);
});

test("TERM under load fails no request, ends with 0 and leaves no worker", long, async () => {
  const served = await serve(["--workers", "2"]);
  const workers = workersOf(served);
  const load = new Load(20, async (agent) => (await send(agent, served.port, "/api/v1/words/")).status);
  await sleep(2000);
  expect(await served.running.stop()).toBe(0);
  const met = await load.stop();
  process.stderr.write(`TERM under load: ${JSON.stringify(met)}\n`);
  expect(Object.keys(met).toSorted()).toEqual(["200", "ECONNREFUSED"]);
  expect(workers).toHaveLength(2);
  for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

describe("a start that fails", long, () => {
  test.each([
    ["an application that cannot be read", "export default {", 4, "could not be loaded"],
    ["an application that throws", 'throw new Error("no coffee");', 4, "no coffee"],
    ["a module that exports no application", "export default 1;", 78, "exports no application"],
  ])("says why: %s", async (_name, source, code, message) => {
    const folder = join(scratch.path, "broken");
    mkdirSync(folder);
    writeFileSync(join(folder, "app.ts"), source);
    const ended = await finish(command, ["serve", "--app", join(folder, "app.ts")], {
      env: { DATABASE_URL: "sqlite::memory:", PORT: String(await freePort()) },
    });
    expect(ended.errors + ended.output).toContain(message);
    expect(ended.code).toBe(code);
  });

  test("a second server on a port ends at once with 1, and the first goes on", async () => {
    const { port, env } = await serve();
    const second = await finish(command, ["serve", "--app", starter], { env });
    expect(second.code).toBe(1);
    expect(second.errors).toContain(`Port ${port} on 127.0.0.1 is already in use.`);
    expect((await send(new Agent(), port, "/api/v1/words/")).status).toBe(200);
  });
});
