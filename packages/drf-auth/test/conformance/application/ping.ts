import { allowAny, scopedThrottle, view } from "../../../src/index.ts";

export const ping = view({
  name: "Ping",
  permissions: [allowAny],
  throttles: [scopedThrottle("ping", "3/min")],
  get: () => ({ ping: "pong" }),
});
