import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const root = fileURLToPath(new URL("../../../../", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** The environment of a child: this one's without what would lead it to another database or key. */
export function cleanEnvironment(added: Readonly<Record<string, string>> = {}): Record<string, string> {
  const hidden = /^(DATABASE_URL|SECRET_KEY|SECRET_KEY_FILE|PORT|HOST|WORKERS|DRF_AUTH_|npm_|NODE_OPTIONS|VITEST)/;
  const kept = Object.entries(process.env).filter(([name, value]) => value !== undefined && !hidden.test(name));
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...added };
}

interface LaunchOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Launched {
  readonly child: ChildProcess;
  readonly written: { output: string; errors: string };
  readonly ended: Promise<number | null>;
}

function launch(program: string, words: readonly string[], { cwd = root, env }: LaunchOptions): Launched {
  const child = spawn(program, words, { cwd, env: cleanEnvironment(env), stdio: ["ignore", "pipe", "pipe"] });
  const written = { output: "", errors: "" };
  child.stdout.on("data", (chunk: Buffer) => (written.output += chunk));
  child.stderr.on("data", (chunk: Buffer) => (written.errors += chunk));
  return { child, written, ended: new Promise((resolve) => child.once("close", resolve)) };
}

/** Runs a program to its end. */
export async function finish(
  program: string,
  words: readonly string[],
  options: LaunchOptions = {},
): Promise<Finished> {
  const { written, ended } = launch(program, words, options);
  const code = await ended;
  return { code, ...written };
}

/** A program that goes on until it is stopped. */
export interface Running {
  readonly process: ChildProcess;
  /** What it has written to standard output so far. */
  output(): string;
  /** Sends TERM to the program alone and gives its exit code. */
  stop(): Promise<number | null>;
}

/** Starts a program and waits until its output holds some text. */
export async function startUntil(
  text: string,
  program: string,
  words: readonly string[],
  options: LaunchOptions = {},
): Promise<Running> {
  const { child, written, ended } = launch(program, words, options);
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on("data", () => written.output.includes(text) && resolve());
    void ended.then((code) =>
      reject(new Error(`${program} ended with ${code} too early.\n${written.output}\n${written.errors}`)),
    );
  });
  return {
    process: child,
    output: () => written.output,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

/** The starter, served on a database of its own, with one user. */
export interface RunningStarter extends Running {
  readonly base: string;
}

/** Runs the README's command in a scratch folder, and makes ada, whose password is the README's. */
export async function startStarter(
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<RunningStarter> {
  const port = await freePort();
  const env = { ...variables, PORT: String(port), DATABASE_URL: `sqlite:${join(folder, "starter.sqlite3")}` };
  const server = await startUntil("Stop it with", "npm", ["start"], { env });
  const made = await finish("npx", ["drf-auth", "createsuperuser", "--no-input"], {
    env: {
      ...env,
      DRF_AUTH_SUPERUSER_USERNAME: "ada",
      DRF_AUTH_SUPERUSER_EMAIL: "ada@example.com",
      DRF_AUTH_SUPERUSER_PASSWORD: "correct-horse-battery",
    },
  });
  if (made.code === 0) return { ...server, base: `http://127.0.0.1:${port}` };
  await server.stop();
  throw new Error(made.errors);
}

/** A port that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A folder that is removed by its `remove`. */
export function scratchFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "drf-auth-process-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The folder of the programs that npm puts on the path, the repository's own Node first. */
export const programs = join(root, "node_modules", ".bin");

/** Puts folders before the path of a child. */
export function pathWith(...folders: readonly string[]): string {
  return [...folders, programs, dirname(process.execPath), process.env["PATH"] ?? ""].join(":");
}
