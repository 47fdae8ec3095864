import { ImproperlyConfigured } from "../errors.ts";
import { ApplicationNotLoaded } from "./find-application.ts";

/** Says what went wrong: a mistake of configuration is one clear paragraph, anything else needs its trace. */
export function complaint(error: unknown): string {
  if (error instanceof ImproperlyConfigured) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ApplicationNotLoaded) return `${error.message}\n${traceOf(error.cause)}`;
  return traceOf(error);
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
