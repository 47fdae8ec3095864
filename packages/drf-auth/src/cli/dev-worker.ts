// The entry of the process that serves an application for `drf-auth dev`, which starts a new one after each change.
import { assemble } from "../application/index.ts";
import { runWorker } from "../server/index.ts";
import { complaint } from "./complaint.ts";
import type { DevMessage } from "./dev-message.ts";
import { exitCodeOf } from "./exit-code.ts";
import { sayPending } from "./migrate.ts";
import { migrateFirst } from "./migrate-first.ts";
import { openFrom } from "./open.ts";
import { serverLog } from "./server-log.ts";
import { processTerminal } from "./terminal.ts";

const { app, migrate } = JSON.parse(process.argv[2] ?? "{}") as { readonly app: string; readonly migrate: boolean };

// It must not outlive the command, whichever way that ends.
process.once("disconnect", () => process.kill(process.pid, "SIGQUIT"));

process.exitCode = await runWorker({
  // The command listens where people look, and hands over what it accepts.
  accessLog: "short",
  listen: { host: "127.0.0.1", port: 0 },
  log: (entry) => {
    const { stack } = entry;
    if (typeof stack === "string") void tell({ type: "failed", text: stack });
    serverLog(entry);
  },
  exitCodeOf,
  onReady: (address) => void (address && tell({ type: "ready", port: address.port })),
  load,
});
process.exit();

async function load() {
  const terminal = processTerminal();
  try {
    const project = await openFrom(terminal, app);
    if (migrate) await migrateFirst(project, terminal, app);
    await sayPending(project, terminal);
    return await assemble(project);
  } catch (error) {
    await tell({ type: "failed", text: complaint(error) });
    process.exit(exitCodeOf(error));
  }
}

/** Resolves when the message is on its way: a process that ends at once would take it along. */
function tell(message: DevMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
