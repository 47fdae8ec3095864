import { Throttled } from "../errors.ts";
import type { Request } from "../http/index.ts";
import type { HitStore } from "../server/index.ts";
import type { Throttle } from "./throttle.ts";

/** Asks every throttle of a view, and tells the longest wait, as DRF. */
export async function checkThrottles(request: Request, throttles: readonly Throttle[], hits: HitStore): Promise<void> {
  const waits: number[] = [];
  for (const throttle of throttles) {
    const seconds = await throttle.wait(request, hits);
    if (seconds !== undefined) waits.push(seconds);
  }
  if (waits.length > 0) throw new Throttled(Math.max(...waits));
}
