/** Every bound that the server keeps, with its unit in its name. */
export interface ServerLimits {
  /** How long the application may take to close after the last response; part of the time of the drain. */
  readonly applicationCloseSeconds: number;
  /** The pause before the first retry; each further pause is twice as long. */
  readonly backoffFirstSeconds: number;
  readonly backoffLongestSeconds: number;
  /** Connections that the kernel holds until they are accepted; the kernel may cap it (net.core.somaxconn). */
  readonly backlog: number;
  /** A worker that is not ready by then is killed, which counts as a failed boot. */
  readonly bootTimeoutSeconds: number;
  /** How often the time-outs of requests are looked at, and so how late they can be. */
  readonly connectionsCheckSeconds: number;
  /** How long a worker that met an uncaught error may take to finish its other requests. */
  readonly crashGraceSeconds: number;
  /** How far back deaths are counted. */
  readonly deathWindowSeconds: number;
  /** How long kept-alive connections stay open once the drain began, for clients that were about to use them. */
  readonly drainLingerSeconds: number;
  /** How long a stopping worker may take in all, after which it is killed. */
  readonly drainSeconds: number;
  readonly headersTimeoutSeconds: number;
  /** How long an idle connection is kept; behind a proxy it must be longer than the proxy keeps its own. */
  readonly keepAliveSeconds: number;
  /** Failed boots of the first workers in a row, after which the server ends. */
  readonly maxBootAttempts: number;
  /** Ready workers may die this often within the window and be replaced at once. */
  readonly maxDeathsInWindow: number;
  /** The request line and all headers together. */
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
  readonly maxRequestsPerConnection: number;
  /** How long they stay open when a worker is told to be quick. */
  readonly quickLingerSeconds: number;
  /** How long a worker may take in all when it is told to be quick. */
  readonly quickTimeoutSeconds: number;
  /** How long the application's check behind `/readyz` may take. */
  readonly readinessTimeoutSeconds: number;
  /** The same signal again within this time is the same wish: a launcher and the terminal both deliver it. */
  readonly repeatedSignalSeconds: number;
  /** How long a request may take to arrive, body included. */
  readonly requestTimeoutSeconds: number;
}

export const serverLimits: ServerLimits = Object.freeze({
  applicationCloseSeconds: 2,
  backlog: 2048,
  backoffFirstSeconds: 1,
  backoffLongestSeconds: 30,
  bootTimeoutSeconds: 60,
  connectionsCheckSeconds: 5,
  crashGraceSeconds: 5,
  deathWindowSeconds: 60,
  drainLingerSeconds: 1,
  drainSeconds: 30,
  headersTimeoutSeconds: 15,
  keepAliveSeconds: 5,
  maxBootAttempts: 5,
  maxDeathsInWindow: 5,
  maxHeaderBytes: 16 * 1024,
  maxHeaders: 100,
  maxRequestsPerConnection: 1000,
  quickLingerSeconds: 0.1,
  quickTimeoutSeconds: 2,
  readinessTimeoutSeconds: 1,
  repeatedSignalSeconds: 0.5,
  requestTimeoutSeconds: 60,
});
