import { TransactionEnded } from "../database.ts";

/** A failure that was caught has spoilt a transaction all the same, and the server would undo it without a word. */
export function mustBeKept(ended: string): void {
  if (ended !== "ROLLBACK") return;
  throw new Error(
    "The transaction was undone, for a statement in it failed. Run what may fail in a transaction within it.",
  );
}

/** Says what it means that there is no savepoint, or no transaction, any more where one shall end. */
export function endedWithin(cause?: unknown): (error: unknown) => never {
  return (error) => {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "25P02") mustBeKept("ROLLBACK");
    throw code === "3B001" || code === "25P01" ? new TransactionEnded(cause) : error;
  };
}
