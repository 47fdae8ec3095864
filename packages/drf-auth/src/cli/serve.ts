import { basename } from "node:path";
import type { Project } from "../application/index.ts";
import {
  accessLogFormats,
  type ListeningAddress,
  serverLimits,
  planWorkers,
  readMachine,
  supervise,
  type WorkerPlan,
} from "../server/index.ts";
import { oneOf, wholeNumber } from "../settings.ts";
import { sayUncollected } from "./collectstatic.ts";
import { waitForDatabase } from "./database-wait.ts";
import { sayPending } from "./migrate.ts";
import { migrateFirst } from "./migrate-first.ts";
import { openFrom } from "./open.ts";
import type { ServeWorkerOptions } from "./serve-worker.ts";
import { sayTooManyConnections } from "./connections.ts";
import { serverLog } from "./server-log.ts";
import type { Terminal } from "./terminal.ts";
import { wantedWorkers } from "./wanted-workers.ts";

export interface ServeOptions {
  readonly app?: string;
  readonly host?: string;
  readonly port?: string;
  readonly workers?: string;
  readonly accessLog?: string;
  /** Whether the database is brought up to date first. */
  readonly migrate?: boolean;
}

/** `drf-auth serve`: serves the application until a signal ends it. */
export async function serve(terminal: Terminal, options: ServeOptions): Promise<number> {
  const environment = {
    ...terminal.environment,
    ...given({ HOST: options.host, PORT: options.port, WORKERS: options.workers, ACCESS_LOG: options.accessLog }),
  };
  const host = environment["HOST"] || "127.0.0.1";
  const port = wholeNumber(environment, "PORT", 8000);
  const plan = planWorkers(wantedWorkers(environment), readMachine());
  const accessLog = oneOf(environment, "ACCESS_LOG", [...accessLogFormats, "off"], "json");
  const limits = {
    drainSeconds: wholeNumber(environment, "DRAIN_SECONDS", serverLimits.drainSeconds, 1),
    keepAliveSeconds: wholeNumber(environment, "KEEP_ALIVE_SECONDS", serverLimits.keepAliveSeconds, 1),
  };
  const project = await openFrom(terminal, options.app);
  try {
    await waitForDatabase(project, terminal);
    if (options.migrate) await migrateFirst(project, terminal, options.app);
    await sayPending(project, terminal);
    await sayUncollected(project, terminal);
    await sayTooManyConnections(project, plan.workers, terminal);
  } finally {
    await project.database.close();
  }
  const forWorker: ServeWorkerOptions = {
    app: project.file,
    accessLog: accessLog === "off" ? undefined : accessLog,
    limits,
  };
  return supervise({
    // The worker's entry stands beside this file, as source or as what was made of it.
    exec: new URL(import.meta.url.endsWith(".ts") ? "serve-worker.ts" : "serve-worker.js", import.meta.url).href,
    args: [JSON.stringify(forWorker)],
    listen: { host, port },
    workers: plan.workers,
    nodeOptions: plan.heapMebibytes === undefined ? [] : [`--max-old-space-size=${plan.heapMebibytes}`],
    limits,
    onReady: (address) => announce(terminal, project, address, plan),
    log: serverLog,
  });
}

function given(options: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Says in a few lines what is served, where, and what to do first. */
function announce(
  terminal: Terminal,
  project: Project & { readonly file: string },
  address: ListeningAddress,
  { workers, because, warning, heapMebibytes }: WorkerPlan,
): void {
  const name = basename(project.folder);
  terminal.say(`drf-auth serves ${name} (${project.file})`);
  terminal.say(`  at        ${addressText(address)}`);
  terminal.say(`  database  ${project.database.dialect}:${project.database.location}`);
  const heap = heapMebibytes === undefined ? "" : `; ${heapMebibytes} MiB of heap each`;
  terminal.say(`  workers   ${workers} (${because}${heap})`);
  if (warning !== undefined) terminal.complain(warning);
  terminal.say("  first     npx drf-auth createsuperuser");
  terminal.say("Stop it with Ctrl+C.");
}

/** The address of a server as a browser takes it. */
export function addressText({ host, port }: ListeningAddress): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}/`;
}
