import autocannon from "autocannon";
import { cpuMicrosecondsOf } from "./processes.ts";
import type { Server } from "./server.ts";

/** What is asked, over and over. */
export interface Load {
  readonly name: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes the body of each POST; without it, it is a GET. */
  readonly body?: () => string;
  /** The status that every answer must have. Default: any success. */
  readonly status?: 304;
  readonly connections: number;
  /** For how long, in seconds. */
  readonly seconds?: number;
  /** How many requests, instead of for how long. */
  readonly requests?: number;
}

/** What was seen of one server in one round. */
export interface Seen {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
  /** The share of one core that the server had: less than one means that it waited, for the load or the disk. */
  readonly cores: number;
}

/**
 * Asks a server over and over.
 *
 * @throws {Error} when an answer is not as it must be, or the server logs an error.
 */
export async function measure(server: Server, load: Load): Promise<Seen> {
  const { path, body, seconds = 2, requests, connections } = load;
  const headers = { ...load.headers, ...(body && { "content-type": "application/json" }) };
  const before = cpuMicrosecondsOf(server.pid);
  const started = performance.now();
  const result = await autocannon({
    url: server.base + path,
    method: body ? "POST" : "GET",
    headers,
    connections,
    ...(requests === undefined ? { duration: seconds } : { amount: requests }),
    ...(body && {
      requests: [{ method: "POST", path, headers, setupRequest: (request) => ({ ...request, body: body() }) }],
    }),
  });
  const took = (performance.now() - started) * 1000;
  const cpu = cpuMicrosecondsOf(server.pid) - before;
  const answers = result.requests.total;
  const wrong = load.status === 304 ? answers - result["3xx"] : result.non2xx;
  if (wrong > 0 || result.errors > 0 || answers === 0) {
    throw new Error(
      `${server.name}, ${load.name}: of ${answers} answers ${wrong} were wrong; ${result.errors} failed.`,
    );
  }
  if (server.errors.length > 0) throw new Error(`${server.name} logged an error while it was asked.`);
  return { perSecond: answers / result.duration, cpuMicroseconds: cpu / answers, cores: cpu / took };
}
