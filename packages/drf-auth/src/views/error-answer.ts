import { APIException, AuthenticationFailed, NotAuthenticated } from "../errors.ts";
import { type Request, Response } from "../http/index.ts";
import type { BoundView } from "./bound-view.ts";

/**
 * Turns whatever was raised into the answer that the client may see; the one place that does.
 *
 * An error of the API is answered as DRF answers it. Anything else is a fault of the program: the log has its trace
 * under the request's id, and the client is told the id alone.
 */
export async function answerToError(error: unknown, view: BoundView, request: Request): Promise<Response> {
  const { exceptionHandler } = view.services;
  const response = usualAnswer(error, view, request);
  if (!exceptionHandler) return response;
  try {
    return (await exceptionHandler(error, { request, response })) ?? response;
  } catch (another) {
    return faultAnswer(another, request, view.services.isDevelopment);
  }
}

function usualAnswer(error: unknown, view: BoundView, request: Request): Response {
  if (!(error instanceof APIException)) return faultAnswer(error, request, view.services.isDevelopment);
  if (error.status >= 500) request.log.warn({ err: error }, error.message);
  const isAboutCredentials = error instanceof NotAuthenticated || error instanceof AuthenticationFailed;
  if (!isAboutCredentials) return new Response(error.body, { status: error.status, headers: error.headers });
  if (view.challenge === undefined) return new Response(error.body, { status: 403 });
  return new Response(error.body, { status: 401, headers: { "WWW-Authenticate": view.challenge } });
}

/** What a fault of the program looks like from outside; with its trace in development alone. */
export function faultAnswer(
  error: unknown,
  request: Pick<Request, "id" | "log" | "method" | "path">,
  isDevelopment: boolean,
): Response {
  request.log.error({ err: error, method: request.method, path: request.path }, "A request failed");
  const trace = isDevelopment && error instanceof Error ? { trace: (error.stack ?? error.message).split("\n") } : {};
  return new Response(
    { detail: "A server error occurred.", ...trace },
    { status: 500, headers: { "X-Request-Id": request.id } },
  );
}
