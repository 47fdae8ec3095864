import { ServiceUnavailable } from "../../errors.ts";
import { codeOf } from "./error-code.ts";

/** Trying again may help (EX_UNAVAILABLE of sysexits.h), or something must be set first (EX_CONFIG). */
export type UnreachableExitCode = 69 | 78;

const retryAfterSeconds = 3;

/** No connection to the database came to be: the client is told to come back, the log and a command why. */
export class DatabaseUnreachable extends ServiceUnavailable {
  /** The code with which a command ends. */
  readonly exitCode: UnreachableExitCode;

  constructor(message: string, exitCode: UnreachableExitCode, cause?: unknown) {
    super("The database cannot be reached. Try again.", { retryAfterSeconds, cause });
    this.message = message;
    this.exitCode = exitCode;
  }

  /** Whether waiting may help. */
  get mayPass(): boolean {
    return this.exitCode === 69;
  }

  /** What the server or the system calls the failure. */
  get failureCode(): string | undefined {
    return codeOf(this.cause);
  }
}
