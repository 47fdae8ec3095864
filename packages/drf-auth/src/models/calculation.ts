/** What is done with two numbers. */
export type Operator = "*" | "+" | "-" | "/";

/** What a calculation goes on with: another, a number, or a decimal as text. */
export type Operand = Calculation | bigint | number | string;

/** A calculation as plain data. */
export type Term =
  | { readonly path: string }
  | { readonly value: bigint | number | string }
  | { readonly operator: Operator; readonly left: Term; readonly right: Term };

/** A value that the database computes from a row's own, as Django's `F()`; the first field says what kind of value it is. */
export class Calculation<Path extends string = string> {
  declare readonly path?: Path;
  readonly term: Term;

  constructor(term: Term) {
    this.term = term;
  }

  plus(other: Operand): Calculation<Path> {
    return this.#with("+", other);
  }

  minus(other: Operand): Calculation<Path> {
    return this.#with("-", other);
  }

  times(other: Operand): Calculation<Path> {
    return this.#with("*", other);
  }

  /** Divides; of two whole numbers the whole quotient, of nought nothing: null. */
  dividedBy(other: Operand): Calculation<Path> {
    return this.#with("/", other);
  }

  #with(operator: Operator, other: Operand): Calculation<Path> {
    const right = other instanceof Calculation ? other.term : { value: other };
    return new Calculation({ operator, left: this.term, right });
  }
}

/** A field of the row itself, or over relations to one row: `filter({ sold__gt: f("stock").minus(5) })`. */
export function f<const Path extends string>(path: Path): Calculation<Path> {
  return new Calculation({ path });
}
