import { TransactionEnded } from "../database.ts";
import { codeOf } from "./error-code.ts";

/** A statement in the transaction failed, and the server runs no other. */
const failedBefore = "25P02";
/** There is no such savepoint, or no transaction. */
const endedBefore = new Set(["3B001", "25P01"]);

/** A failure that was caught has spoilt a transaction all the same, and the server would undo it without a word. */
export function mustBeKept(ended: string): void {
  if (ended !== "ROLLBACK") return;
  throw new Error(
    "The transaction was undone, for a statement in it failed. Run what may fail in a transaction within it.",
  );
}

/** Says what it means that there is no savepoint, or no transaction, any more where one shall begin or end. */
export function endedWithin(error: unknown): never {
  if (codeOf(error) === failedBefore) mustBeKept("ROLLBACK");
  throw isEnded(error) ? new TransactionEnded(undefined) : error;
}

/** What is told where a savepoint cannot be undone: why it should be, which matters more, or that its transaction was ended. */
export function undoneBefore(cause: unknown): (failure: unknown) => unknown {
  return (failure) => (isEnded(failure) ? new TransactionEnded(cause) : cause);
}

function isEnded(error: unknown): boolean {
  return endedBefore.has(codeOf(error) ?? "");
}
