import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bench } from "./bench.ts";
import { type Server, type ServerOptions, startServer } from "./server.ts";

/** The command drf-auth, as a script for Node. */
const command = fileURLToPath(import.meta.resolve("drf-auth/package.json")).replace("package.json", "bin/drf-auth.js");

/** What signs the tokens of a run. */
export const secretKey = "a-key-of-the-benchmark-that-signs-its-own-tokens";

/** The user who asks. */
export const user = { username: "bench", password: "bench-pass-123" };

/** The environment for an application: nothing of the caller's but where programs and temporary files are. */
export function environmentFor(app: string, databaseUrl: string): Record<string, string> {
  const kept = ["PATH", "HOME", "TMPDIR"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    DATABASE_URL: databaseUrl,
    SECRET_KEY: secretKey,
    DRF_AUTH_APP: app,
    DRF_AUTH_SUPERUSER_USERNAME: user.username,
    DRF_AUTH_SUPERUSER_EMAIL: "bench@example.com",
    DRF_AUTH_SUPERUSER_PASSWORD: user.password,
  };
}

/** The starter with a database: by default a new SQLite file in the folder of the run. */
export function starterIn(
  folder: string,
  databaseUrl = `sqlite:${join(folder, "bench.sqlite3")}`,
): { readonly database: string; readonly environment: Record<string, string> } {
  const app = fileURLToPath(new URL("../starter/app.ts", import.meta.url));
  return { database: databaseUrl.replace(/^sqlite:/, ""), environment: environmentFor(app, databaseUrl) };
}

/** Runs a command of drf-auth to its end. */
export function runCommand(environment: Readonly<Record<string, string>>, ...words: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [command, ...words], { env: environment, encoding: "utf8" });
  if (status !== 0) throw new Error(`drf-auth ${words.join(" ")} ended with ${status}: ${stderr}`);
}

/** How `drf-auth serve` is started. */
export function serving(
  environment: Readonly<Record<string, string>>,
  {
    name = "drf-auth",
    workers = 1,
    ...rest
  }: Partial<Omit<ServerOptions, "words">> & { readonly workers?: number } = {},
): ServerOptions {
  return { name, words: () => [command, "serve", "--workers", String(workers)], environment, ...rest };
}

/** How one of the peers beside this file is started, with its words before the port. */
export function peer(name: string, file: string, ...words: readonly string[]): ServerOptions {
  const script = fileURLToPath(new URL(file, import.meta.url));
  return { name, words: (port) => [script, ...words, String(port)], environment: environmentFor("", "") };
}

/** Sends JSON and takes JSON. */
export async function post(
  server: Server,
  path: string,
  body: object,
  token?: string,
): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(server.base + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** Takes a new access token; one lives five minutes, so each part of a run takes its own. */
export async function login(server: Server): Promise<string> {
  return String((await post(server, "/api/token/", user))["access"]);
}

/** Starts the starter on a new database with a user and a thousand words. */
export async function startStarter(
  bench: Bench,
  databaseUrl?: string,
): Promise<{ readonly server: Server; readonly database: string }> {
  const { database, environment } = starterIn(bench.folder, databaseUrl);
  runCommand(environment, "migrate");
  runCommand(environment, "createsuperuser", "--no-input");
  const server = await startServer(bench, serving(environment));
  const token = await login(server);
  for (let number = 1; number <= 1000; number += 1)
    await post(server, "/api/v1/words/", { text: `seed ${number}` }, token);
  return { server, database };
}
