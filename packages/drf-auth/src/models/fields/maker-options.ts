import type { Choices, Field, FieldKind, ModelValidator, OnDelete } from "./field.ts";

export interface Common<Null extends boolean, Blank extends boolean> {
  /** Whether null may be stored. Default false. */
  readonly null?: Null;
  /** Whether it may be left out or empty on input. Default false. */
  readonly blank?: Blank;
  readonly editable?: boolean;
  readonly helpText?: string;
  /** Whether the database keeps an index of it. Default false; relations have one. */
  readonly index?: boolean;
  /** Whether no two rows may hold the same value. Default false. */
  readonly unique?: boolean;
  /** What messages and labels call it. Default: the name with spaces. */
  readonly verboseName?: string;
}

export interface Default<Value> {
  /** What is stored when nothing is given, or a function that gives it each time. */
  readonly default?: Value | (() => Value);
}

export type Given<D> = [D] extends [never] ? false : true;
export type Either<A extends boolean, B extends boolean> = A extends true ? true : B;
export type OnDeleteFor<Null extends boolean> = Null extends true ? OnDelete : Exclude<OnDelete, "setNull">;

export interface TextOptions<N extends boolean, B extends boolean, D, P extends boolean, C extends string>
  extends Common<N, B>, Default<D> {
  /** The only values, each with what people call it. */
  readonly choices?: Choices<C>;
  /** In characters. */
  readonly minLength?: number;
  /** What it must match; "Enter a valid value." otherwise. */
  readonly pattern?: RegExp;
  readonly primaryKey?: P;
  readonly validators?: readonly ModelValidator<string>[];
}

export interface NumberOptions<N extends boolean, B extends boolean, D, Value extends bigint | number | string>
  extends Common<N, B>, Default<D> {
  readonly maxValue?: Value;
  readonly minValue?: Value;
  readonly validators?: readonly ModelValidator<Value>[];
}

export interface IntegerOptions<N extends boolean, B extends boolean, D, C extends number> extends NumberOptions<
  N,
  B,
  D,
  number
> {
  readonly choices?: Choices<C>;
}

export interface ValueOptions<N extends boolean, B extends boolean, D, Value> extends Common<N, B>, Default<D> {
  readonly validators?: readonly ModelValidator<Value>[];
}

export interface FileOptions<N extends boolean, B extends boolean> extends Omit<Common<N, B>, "unique"> {
  /** Of the stored name, in characters. Default 100. */
  readonly maxLength?: number;
  /**
   * The folder it goes to, with `%Y`, `%m`, `%d`, `%H`, `%M`, `%S` for the time in UTC, or a function that gives the
   * whole name. Default: none.
   */
  readonly uploadTo?: string | ((filename: string) => string);
}

export interface KeyOptions {
  readonly helpText?: string;
  /** What messages and labels call it. Default: the name with spaces. */
  readonly verboseName?: string;
}

export interface RelationOptions<Null extends boolean, Blank extends boolean> extends Common<Null, Blank> {
  readonly onDelete: OnDeleteFor<Null>;
  /** The name under which the other model's rows reach these. */
  readonly relatedName?: string;
}

export interface TimeOptions<Null extends boolean, Blank extends boolean, Auto extends boolean, D> extends Common<
  Null,
  Blank
> {
  /** Set to the current time whenever the row is saved. */
  readonly autoNow?: Auto;
  /** Set to the current time when the row is made. */
  readonly autoNowAdd?: Auto;
  /** `"now"`: the current time when nothing is given, though another may be. */
  readonly default?: D;
}

export type IntegerField<Kind extends FieldKind, N extends boolean, B extends boolean, D, C> = Field<
  Kind,
  C,
  N,
  Either<Given<D>, B>,
  false
>;
