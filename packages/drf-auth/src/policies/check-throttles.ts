import { Throttled } from "../errors.ts";
import type { Request } from "../http/index.ts";
import type { Throttle } from "./throttle.ts";

/** Asks every throttle of a view, and tells the longest wait, as DRF. */
export async function checkThrottles(request: Request, throttles: readonly Throttle[]): Promise<void> {
  const waits: number[] = [];
  for (const throttle of throttles) {
    const seconds = await throttle.wait(request);
    if (seconds !== undefined) waits.push(seconds);
  }
  if (waits.length > 0) throw new Throttled(Math.max(...waits));
}
