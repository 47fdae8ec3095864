import type { Request } from "../http/index.ts";

/** How often may this be asked? Gives undefined where it may, else how long to wait, in seconds. */
export interface Throttle {
  readonly name: string;
  readonly wait: (request: Request) => number | undefined | Promise<number | undefined>;
}
