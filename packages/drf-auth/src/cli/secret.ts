import { makeSecretKey } from "../auth/index.ts";
import type { Terminal } from "./terminal.ts";

/** `drf-auth secret`: prints a new secret key. */
export function secret(terminal: Terminal): number {
  terminal.say(makeSecretKey());
  return 0;
}
