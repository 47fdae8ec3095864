declare const facts: unique symbol;

/** A serializer as types know it: what it takes in, once it is valid, and what it gives out. */
export interface Typed<Input, Output> {
  readonly [facts]?: { readonly input: Input; readonly output: Output };
}

/** What a serializer takes in, once it is valid. */
export type InputOf<S> = S extends Typed<infer Input, infer _Output> ? Input : never;

/** What a serializer gives out. */
export type OutputOf<S> = S extends Typed<infer _Input, infer Output> ? Output : never;
