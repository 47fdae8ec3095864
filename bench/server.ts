import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { cpus } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import type { Bench } from "./bench.ts";
import { treeOf } from "./processes.ts";

/** What to start: a script for Node, with its words and its environment. */
export interface ServerOptions {
  readonly name: string;
  /** Makes the script and its words for a port. */
  readonly words: (port: number) => readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Whether it stays on the first core, so that the load has the others. Default: yes. */
  readonly isPinned?: boolean;
}

/** A server that was started. */
export interface Server {
  readonly name: string;
  readonly base: string;
  readonly pid: number;
  /** What went wrong in it so far, as its log says. */
  readonly errors: readonly string[];
  /** Ends it and waits until it is gone. */
  readonly stop: () => Promise<void>;
}

/** Whether servers can share the first core and leave the others to the load: what they cost is then theirs. */
export const canPin = cpus().length > 1 && spawnSync("taskset", ["-c", "0", "true"]).status === 0;

const stopMilliseconds = 5000;

/** Starts a server and waits until it says that it is ready. */
export async function startServer(bench: Bench, options: ServerOptions): Promise<Server> {
  const { server, child } = await spawnServer(bench, options);
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${options.name} ended with ${code} before it was ready.`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      if (/^ready|Stop it with/m.test(chunk.toString())) resolve();
    });
  });
  return server;
}

/** Starts a server and waits for nothing. */
export async function spawnServer(
  { leftovers }: Bench,
  { name, words, environment, isPinned = true }: ServerOptions,
): Promise<{ readonly server: Server; readonly child: ChildProcess }> {
  const port = await freePort();
  const command = [process.execPath, ...words(port)];
  const [program = "", ...rest] = isPinned && canPin ? ["taskset", "-c", "0", ...command] : command;
  const child = spawn(program, rest, {
    env: { ...environment, HOST: "127.0.0.1", PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.resume();
  const errors: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => {
    for (const line of chunk.toString().split("\n")) noteLine(line, errors);
  });
  const stop = (): Promise<void> => end(child);
  leftovers.defer(stop);
  return { server: { name, base: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, errors, stop }, child };
}

/** The log tells of each login and each start; only what is wrong belongs among the numbers. */
function noteLine(line: string, errors: string[]): void {
  if (line === "" || line.includes('"level":"info"')) return;
  process.stderr.write(`${line}\n`);
  if (/"level":"(error|fatal)"/.test(line)) errors.push(line);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  const tree = treeOf(child.pid);
  child.kill("SIGTERM");
  if (await Promise.race([ended, wait(stopMilliseconds, undefined, { ref: false })])) return;
  for (const pid of tree) kill(pid);
  await ended;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  listener.close();
  await once(listener, "close");
  return typeof address === "object" && address ? address.port : 0;
}
