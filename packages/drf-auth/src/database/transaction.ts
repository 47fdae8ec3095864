import { ServiceUnavailable } from "../errors.ts";

type Work = () => unknown;

/** A transaction, or a savepoint within one, as the asynchronous context carries it. */
export class Transaction {
  /** The savepoint that is open within it; settles when that has ended. */
  nested: Promise<void> | undefined;
  readonly depth: number;
  readonly #outer: Transaction | undefined;
  readonly #afterCommit: Work[] = [];
  readonly #afterRollback: Work[] = [];
  #hasEnded = false;

  constructor(outer?: Transaction) {
    this.#outer = outer;
    this.depth = outer ? outer.depth + 1 : 0;
  }

  get isOpen(): boolean {
    return !this.#hasEnded && (this.#outer?.isOpen ?? true);
  }

  /** Whether work waits for its end. */
  get isWaitedFor(): boolean {
    return this.#afterCommit.length > 0 || this.#afterRollback.length > 0;
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

  /**
   * Waits for the savepoint that is open within it, so many seconds at most; nought and Infinity are no limit.
   *
   * @throws {ServiceUnavailable} when that goes on: where it awaits what waits here, neither would ever end.
   */
  async nestedEnded(seconds: number): Promise<void> {
    if (seconds === 0 || seconds === Infinity) return this.nested;
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(goesOn(seconds)), seconds * 1000);
    try {
      await Promise.race([this.nested, promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Remembers work for when all is kept; what a savepoint remembers waits for the whole. */
  onCommit(work: Work): void {
    this.mustBeOpen();
    this.#afterCommit.push(work);
  }

  /** Remembers work for when this is undone, alone or with what is around it. */
  onRollback(work: Work): void {
    this.mustBeOpen();
    this.#afterRollback.push(work);
  }

  /** Waits for it to be kept or undone, and does what was remembered for that. */
  async settled<Result>(running: Promise<Result>): Promise<Result> {
    let result: Result;
    try {
      result = await running;
    } catch (error) {
      await this.rolledBack();
      throw error;
    }
    if (this.#afterCommit.length > 0) await this.committed();
    return result;
  }

  /** Does what was remembered for its end, in order; within another it is handed on to that. */
  async committed(): Promise<void> {
    if (this.#outer) {
      this.#outer.#afterCommit.push(...this.#afterCommit);
      this.#outer.#afterRollback.push(...this.#afterRollback);
      return;
    }
    for (const work of this.#afterCommit) await work();
  }

  /** Undoes what was remembered, the last first. The error that led here is what counts: others are only told. */
  async rolledBack(): Promise<void> {
    for (const work of this.#afterRollback.toReversed()) {
      try {
        await work();
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }

  end(): void {
    this.#hasEnded = true;
  }
}

function goesOn(seconds: number): ServiceUnavailable {
  return new ServiceUnavailable("The database is busy. Try again.", {
    cause: new Error(
      `A nested transaction goes on for ${seconds} s, and what was asked for outside of it waits. Where it awaits just that, ` +
        "ask for that within it, or await it before.",
    ),
  });
}
