import type { IncomingMessage, ServerResponse } from "node:http";

/** Answers one request. It answers the application's errors itself: what it throws is answered 500 and ends the worker. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An application that is loaded and can be served. */
export interface Served {
  readonly handler: Handler;
  /** Rejects when requests could not be answered now: a worker then says so at `/readyz`. */
  check?(): Promise<void>;
  /** Who sent a request, behind the proxies that the application trusts; absent, whoever opened the connection. */
  clientAddressOf?(request: IncomingMessage): string;
  /** Ends what the application holds open, such as database connections. Called once, after the last response. */
  close(): Promise<void>;
}
