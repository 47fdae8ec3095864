/** A transaction, or a savepoint within one, as the asynchronous context carries it. */
export class Transaction {
  /** The savepoint that is open within it; settles when that has ended. */
  nested: Promise<void> | undefined;
  readonly depth: number;
  readonly #outer: Transaction | undefined;
  #hasEnded = false;

  constructor(outer?: Transaction) {
    this.#outer = outer;
    this.depth = outer ? outer.depth + 1 : 0;
  }

  get isOpen(): boolean {
    return !this.#hasEnded && (this.#outer?.isOpen ?? true);
  }

  /** @throws {Error} when it, or one around it, has ended. */
  mustBeOpen(): void {
    if (!this.isOpen) throw new Error("This transaction has ended. Await everything that belongs to it.");
  }

  /** @throws {Error} when something within it goes on, so that only a part of that would be kept. */
  mustBeDone(): void {
    this.mustBeOpen();
    if (this.nested) throw new Error("A nested transaction goes on. Await everything that belongs to this one.");
  }

  end(): void {
    this.#hasEnded = true;
  }
}
