import { ImproperlyConfigured } from "../errors.ts";
import type { Environment } from "../settings.ts";

/** What WORKERS says: a number, one by default, or `auto`. */
export function wantedWorkers(environment: Environment): number | "auto" {
  const text = environment["WORKERS"] || "1";
  if (text === "auto") return text;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new ImproperlyConfigured(`WORKERS is "${text}": it must be auto, or a whole number from 1 to 9999.`);
}
