// The entry of a worker process: started by `drf-auth serve`, which hands over what to serve and where.
import { dirname } from "node:path";
import { assemble, openProject } from "../application/index.ts";
import { runWorker, sharedHits, type WorkerOptions } from "../server/index.ts";
import { exitCodeOf } from "./exit-code.ts";
import { loadApplication } from "./find-application.ts";
import { oneOf } from "../settings.ts";
import { serverLog } from "./server-log.ts";

/** What the command hands over. */
export type ServeWorkerOptions = Pick<WorkerOptions, "accessLog" | "limits"> & { readonly app: string };

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const { app, accessLog, limits } = JSON.parse(process.argv[2] ?? "{}") as ServeWorkerOptions;

process.exitCode = await runWorker({
  accessLog,
  limits,
  log: serverLog,
  exitCodeOf,
  load: async () => {
    const folder = dirname(app);
    const application = await loadApplication({ path: app, folder });
    const project = await openProject(application, {
      environment: process.env,
      folder,
      warn: (facts, message) => serverLog({ ...facts, level: "warn", message }),
    });
    return assemble(project, {
      logLevel: oneOf(process.env, "LOG_LEVEL", logLevels, "info"),
      hits: sharedHits(serverLog),
    });
  },
});
process.exit();
