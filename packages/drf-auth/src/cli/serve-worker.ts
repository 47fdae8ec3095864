// The entry of a worker process: started by `drf-auth serve`, which hands over what to serve and where.
import { dirname } from "node:path";
import { assemble, openProject } from "../application/index.ts";
import { runWorker } from "../server/index.ts";
import { exitCodeOf } from "./exit-code.ts";
import { loadApplication } from "./find-application.ts";
import { serverLog } from "./server-log.ts";

const { app } = JSON.parse(process.argv[2] ?? "{}") as { readonly app: string };

process.exitCode = await runWorker({
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
    return assemble(project);
  },
});
process.exit();
