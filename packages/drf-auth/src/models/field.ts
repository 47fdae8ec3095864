import type { Model } from "./model.ts";

declare const facts: unique symbol;

/** What is stored in a column; the table of `field-kinds.ts` says how. */
export type FieldKind =
  | "auto"
  | "bigAuto"
  | "boolean"
  | "char"
  | "dateTime"
  | "email"
  | "foreignKey"
  | "integer"
  | "oneToOne"
  | "smallInteger"
  | "text";

/** What happens to a row when the row that it refers to is deleted. */
export type OnDelete = "cascade" | "protect" | "restrict" | "setNull";

/** A field's options as plain data: what change detection compares and migrations write down. */
export interface FieldOptions {
  readonly autoNow?: boolean;
  readonly autoNowAdd?: boolean;
  readonly blank?: boolean;
  readonly choices?: readonly (readonly [value: string | number, label: string])[];
  readonly default?: unknown;
  readonly editable?: boolean;
  readonly helpText?: string;
  readonly index?: boolean;
  readonly maxLength?: number;
  readonly null?: boolean;
  readonly onDelete?: OnDelete;
  readonly primaryKey?: boolean;
  readonly relatedName?: string;
  readonly unique?: boolean;
  readonly verboseName?: string;
}

/**
 * A column of a model.
 *
 * `Null`: it may hold null. `Has`: it may be left out when a row is made, since a default, blank or the clock fills it.
 * `Primary`: it is the primary key.
 */
export interface Field<
  Kind extends FieldKind = FieldKind,
  Value = unknown,
  Null extends boolean = boolean,
  Has extends boolean = boolean,
  Primary extends boolean = boolean,
> {
  readonly kind: Kind;
  readonly options: FieldOptions;
  readonly [facts]?: { readonly value: Value; readonly null: Null; readonly has: Has; readonly primary: Primary };
}

/** The model that a relation leads to: a model, the model itself, or the project's user model. */
export type RelationTarget = Model | "self" | "user";

/** A column that refers to a row of another table; in a row it is `<name>_id`. */
export interface Relation<
  Target extends RelationTarget = RelationTarget,
  Null extends boolean = boolean,
  Has extends boolean = boolean,
> extends Field<"foreignKey" | "oneToOne", number, Null, Has, false> {
  readonly to: Target;
}

interface Common<Null extends boolean, Blank extends boolean> {
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

interface Default<Value> {
  /** What is stored when nothing is given. */
  readonly default?: Value;
}

type Given<D> = [D] extends [never] ? false : true;
type Either<A extends boolean, B extends boolean> = A extends true ? true : B;
type TextOptions<N extends boolean, B extends boolean, D, P extends boolean> = Common<N, B> &
  Default<D> & { readonly primaryKey?: P };
type OnDeleteFor<Null extends boolean> = Null extends true ? OnDelete : Exclude<OnDelete, "setNull">;

interface RelationOptions<Null extends boolean, Blank extends boolean> extends Common<Null, Blank> {
  readonly onDelete: OnDeleteFor<Null>;
  /** The name under which the other model's rows reach these. */
  readonly relatedName?: string;
}

interface TimeOptions<
  Null extends boolean,
  Blank extends boolean,
  Auto extends boolean,
  D extends "now",
> extends Common<Null, Blank> {
  /** Set to the current time whenever the row is saved. */
  readonly autoNow?: Auto;
  /** Set to the current time when the row is made. */
  readonly autoNowAdd?: Auto;
  /** `"now"`: the current time when nothing is given, though another may be. */
  readonly default?: D;
}

/** The makers of fields, by the names of DESIGN's table: `field.char({ maxLength: 100 })`. */
export const field = {
  boolean<N extends boolean = false, B extends boolean = false, D extends boolean = never>(
    options: Common<N, B> & Default<D> = {},
  ): Field<"boolean", boolean, N, Either<Given<D>, B>, false> {
    return { kind: "boolean", options };
  },

  char<N extends boolean = false, B extends boolean = false, D extends string = never, P extends boolean = false>(
    options: TextOptions<N, B, D, P> & { readonly maxLength: number },
  ): Field<"char", string, N, Either<Given<D>, B>, P> {
    return { kind: "char", options };
  },

  dateTime<N extends boolean = false, B extends boolean = false, A extends boolean = false, D extends "now" = never>(
    options: TimeOptions<N, B, A, D> = {},
  ): Field<"dateTime", string, N, Either<A, Either<Given<D>, B>>, false> {
    const isAutomatic = options.autoNow === true || options.autoNowAdd === true;
    return { kind: "dateTime", options: isAutomatic ? { blank: true, editable: false, ...options } : options };
  },

  email<N extends boolean = false, B extends boolean = false, D extends string = never, P extends boolean = false>(
    options: TextOptions<N, B, D, P> & { readonly maxLength?: number } = {},
  ): Field<"email", string, N, Either<Given<D>, B>, P> {
    return { kind: "email", options: { maxLength: 254, ...options } };
  },

  foreignKey<T extends RelationTarget, N extends boolean = false, B extends boolean = false>(
    to: T,
    options: RelationOptions<N, B>,
  ): Relation<T, N, B> {
    return { kind: "foreignKey", to, options };
  },

  integer<N extends boolean = false, B extends boolean = false, D extends number = never>(
    options: Common<N, B> & Default<D> = {},
  ): Field<"integer", number, N, Either<Given<D>, B>, false> {
    return { kind: "integer", options };
  },

  oneToOne<T extends RelationTarget, N extends boolean = false, B extends boolean = false>(
    to: T,
    options: RelationOptions<N, B>,
  ): Relation<T, N, B> {
    return { kind: "oneToOne", to, options: { ...options, unique: true } };
  },

  text<N extends boolean = false, B extends boolean = false, D extends string = never, P extends boolean = false>(
    options: TextOptions<N, B, D, P> = {},
  ): Field<"text", string, N, Either<Given<D>, B>, P> {
    return { kind: "text", options };
  },
} as const;

/** Tells a relation from other fields. */
export function isRelation(declared: Field): declared is Relation {
  return declared.kind === "foreignKey" || declared.kind === "oneToOne";
}
