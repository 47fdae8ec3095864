import { ImproperlyConfigured, ServiceUnavailable } from "../errors.ts";
import { ApplicationNotLoaded } from "./find-application.ts";

/** Says what went wrong: a mistake of configuration, or a database that is busy, away or full, is one clear paragraph, anything else needs its trace. */
export function complaint(error: unknown): string {
  if (error instanceof ImproperlyConfigured || error instanceof ServiceUnavailable) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ApplicationNotLoaded) return `${error.message}\n${traceOf(error.cause)}`;
  return traceOf(error);
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
