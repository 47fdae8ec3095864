/** What is done with two numbers. */
export type Operator = "*" | "+" | "-" | "/";

/** What a calculation goes on with: another, a number, or a decimal as text. */
export type Operand = Calculation | bigint | number | string;

type PathsOf<Other> = Other extends Calculation<infer Path, infer Numbers> ? Numbers | Path : never;

/** A calculation as plain data. */
export type Term =
  | { readonly path: string }
  | { readonly value: bigint | number | string }
  | { readonly operator: Operator; readonly left: Term; readonly right: Term };

/**
 * A value that the database computes from a row's own, as Django's `F()`; the first field says what kind of value it is.
 * `Numbers` are the fields that are calculated with.
 */
export class Calculation<Path extends string = string, Numbers extends string = string> {
  declare readonly path?: Path;
  declare readonly numbers?: Numbers;
  readonly term: Term;

  constructor(term: Term) {
    this.term = term;
  }

  plus<Other extends Operand>(other: Other): Calculation<Path, Numbers | Path | PathsOf<Other>> {
    return this.#with("+", other);
  }

  minus<Other extends Operand>(other: Other): Calculation<Path, Numbers | Path | PathsOf<Other>> {
    return this.#with("-", other);
  }

  times<Other extends Operand>(other: Other): Calculation<Path, Numbers | Path | PathsOf<Other>> {
    return this.#with("*", other);
  }

  /** Divides; of two whole numbers the whole quotient, of nought nothing: null. */
  dividedBy<Other extends Operand>(other: Other): Calculation<Path, Numbers | Path | PathsOf<Other>> {
    return this.#with("/", other);
  }

  #with(operator: Operator, other: Operand): Calculation<Path, never> {
    const right = other instanceof Calculation ? other.term : { value: other };
    return new Calculation({ operator, left: this.term, right });
  }
}

/** A field of the row itself, or over relations to one row: `filter({ sold__gt: f("stock").minus(5) })`. */
export function f<const Path extends string>(path: Path): Calculation<Path, never> {
  return new Calculation({ path });
}
