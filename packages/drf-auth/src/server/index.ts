export { type AccessLogFormat, accessLogFormats } from "./access-log.ts";
export type { Handler, Served } from "./handler.ts";
export type { ListeningAddress } from "./listen.ts";
export { type ServerLimits, serverLimits } from "./limits.ts";
export type { Log, LogEntry } from "./log.ts";
export { probePaths } from "./probes.ts";
export { supervise, type SuperviseOptions } from "./supervisor.ts";
export { runWorker, type WorkerOptions } from "./worker.ts";
