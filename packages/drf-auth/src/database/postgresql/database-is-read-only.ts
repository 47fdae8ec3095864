import { ServiceUnavailable } from "../../errors.ts";

const retryAfterSeconds = 30;

/** The database takes no changes: the client is told to come back, the log and a command why. */
export class DatabaseIsReadOnly extends ServiceUnavailable {
  /** The code with which a command ends that would write: another address, or another setting, is needed (EX_CONFIG). */
  readonly exitCode = 78;

  constructor(cause: unknown) {
    super("Nothing can be stored at the moment. Try again later.", { retryAfterSeconds, cause });
    this.message =
      "The database is read-only: it is a standby, or default_transaction_read_only is on. Nothing of this change was kept.";
  }
}
