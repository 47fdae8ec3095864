import { createServer } from "node:http";
import type { Server } from "node:http";

import { answerClientError, answerCrash, answerRefusal } from "./client-error.ts";
import { Connections } from "./connections.ts";
import { refuse } from "./guard.ts";
import type { Handler } from "./handler.ts";
import type { ServerLimits } from "./limits.ts";

/** Returns Node's HTTP server with every limit set and the request checks before the handler. It does not listen yet. */
export function createHttpServer(
  limits: ServerLimits,
  handler: Handler,
): { readonly http: Server; readonly connections: Connections } {
  const http = createServer({
    connectionsCheckingInterval: limits.connectionsCheckSeconds * 1000,
    headersTimeout: limits.headersTimeoutSeconds * 1000,
    keepAliveTimeout: limits.keepAliveSeconds * 1000,
    maxHeaderSize: limits.maxHeaderBytes,
    requestTimeout: limits.requestTimeoutSeconds * 1000,
  });
  // Node would drop the headers beyond its own count in silence; they are refused instead.
  http.maxHeadersCount = 0;
  const answer: Handler = (request, response) => {
    const refusal = refuse(request, limits.maxHeaders);
    if (refusal !== undefined) return answerRefusal(response, refusal);
    try {
      handler(request, response);
    } catch (error) {
      // The worker hears of it as of any uncaught error; the client need not wait for its end.
      answerCrash(response);
      throw error;
    }
  };
  const connections = new Connections(http, answer, limits.maxRequestsPerConnection);
  http.on("clientError", (error: NodeJS.ErrnoException, socket) => answerClientError(error, socket, connections));
  return { http, connections };
}
