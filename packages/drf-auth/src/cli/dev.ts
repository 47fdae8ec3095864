import { basename } from "node:path";
import { wholeNumber } from "../settings.ts";
import { type ApplicationEnd, ApplicationProcess } from "./application-process.ts";
import { DevServer } from "./dev-server.ts";
import { type ApplicationFile, findApplication } from "./find-application.ts";
import { addressText } from "./serve.ts";
import { watchSource } from "./source-watch.ts";
import type { Terminal } from "./terminal.ts";

export interface DevOptions {
  readonly app?: string;
  readonly host?: string;
  readonly port?: string;
  /** Whether the database is brought up to date at each start. */
  readonly migrate: boolean;
}

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** `drf-auth dev`: serves the application for the person who writes it, and again after each change, until a signal. */
export async function dev(terminal: Terminal, options: DevOptions): Promise<number> {
  const { environment, currentFolder } = terminal;
  const host = options.host ?? environment["HOST"] ?? "127.0.0.1";
  const port = wholeNumber({ PORT: options.port ?? environment["PORT"] }, "PORT", 8000);
  const file = findApplication({ app: options.app, environment, currentFolder });
  let server: DevServer;
  try {
    server = await DevServer.open(host, port);
  } catch (error) {
    terminal.complain(`Port ${port} on ${host} cannot be opened: ${(error as Error).message}. Name another by --port.`);
    return 1;
  }
  announce(terminal, file, { host, port: server.port });
  try {
    await serveChanges(terminal, file, server, options.migrate);
  } finally {
    await server.close();
  }
  return 0;
}

/** Starts the application again after each change, until a signal. */
async function serveChanges(
  terminal: Terminal,
  { path, folder }: ApplicationFile,
  server: DevServer,
  migrate: boolean,
): Promise<void> {
  const stopping = new AbortController();
  let reason = Promise.withResolvers<void>();
  const stop = () => {
    stopping.abort();
    reason.resolve();
  };
  for (const signal of stopSignals) process.on(signal, stop);
  const watcher = watchSource(folder, (names) => {
    terminal.say(`${some(names)} changed: starting again.`);
    reason.resolve();
  });
  watcher.on("error", ({ message }) =>
    terminal.complain(`Changes are not seen any more: ${message}. Start this again.`),
  );
  while (!stopping.signal.aborted) {
    reason = Promise.withResolvers<void>();
    const startedAt = performance.now();
    const application = new ApplicationProcess({
      app: path,
      environment: terminal.environment,
      migrate,
      onReady: (port) => {
        server.sendTo({ type: "application", port });
        terminal.say(`Ready after ${Math.round(performance.now() - startedAt)} ms.`);
      },
      onEnd: (end) => {
        server.sendTo({ type: "failure", text: end.text });
        explain(terminal, end);
      },
    });
    await reason.promise;
    server.sendTo(undefined);
    await application.stop();
  }
  watcher.close();
  for (const signal of stopSignals) process.off(signal, stop);
}

function explain(terminal: Terminal, { wasReady, text }: ApplicationEnd): void {
  // What a running application died of is in its log already.
  terminal.complain(wasReady ? "The application ended." : text);
  terminal.complain("It is started again once a file changes; until then every request is answered with the error.");
}

function announce(
  terminal: Terminal,
  { path, folder }: ApplicationFile,
  address: { readonly host: string; readonly port: number },
): void {
  terminal.say(`drf-auth dev serves ${basename(folder)} (${path})`);
  terminal.say(`  at        ${addressText(address)}`);
  terminal.say(`  watches   ${folder}`);
  terminal.say("  mode      development: errors are shown to whoever asks, so keep it to yourself");
  terminal.say("  first     npx drf-auth createsuperuser");
  terminal.say("Stop it with Ctrl+C.");
}

function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}
