import { ServiceUnavailable } from "../errors.ts";

const retryAfterSeconds = 30;

/** The disk has no room for what is written: the client is told to come back, the log and a command why. */
export class DiskIsFull extends ServiceUnavailable {
  constructor(what: string, cause: unknown) {
    super("Nothing can be stored at the moment. Try again later.", { retryAfterSeconds, cause });
    this.message =
      `The disk is full: ${what}. Nothing of this change was kept, and what was stored before is there. Make room on the ` +
      "disk; nothing need be started again.";
  }
}
