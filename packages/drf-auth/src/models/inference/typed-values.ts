import type { Calculation } from "../queries/calculation.ts";
import type { ColumnOf, Family } from "./column-names.ts";
import type { Facts, Names, Optional, PrimaryName, RelationName, Value } from "./infer.ts";
import type { Model } from "../model.ts";

/** Which families of columns one of a family can hold. */
type Held<F> = F extends "decimal" ? "decimal" | "whole" : F extends "float" ? "decimal" | "float" | "whole" : F;
type HeldNumbers<F> = F extends "decimal" | "float" | "whole" ? Held<F> : never;
type FamilyOf<M extends Model, Name extends Names<M>> = Family<Facts<M, Name>["kind"]>;

/** An interface, for its names are worked out where a calculation is given, and not for every value. */
interface CalculationFor<M extends Model, F> extends Calculation {
  readonly path?: ColumnOf<M, Held<F>>;
  readonly numbers?: ColumnOf<M, HeldNumbers<F>>;
}

/** What a column may be set to: a value, or what is computed from the row's own. */
type Change<M extends Model, Name extends Names<M>> = CalculationFor<M, FamilyOf<M, Name>> | Value<M, Name>;

/** What a row is changed with: values by field name, or calculations with the row's own. */
export type Changes<M extends Model> = { readonly [Name in Names<M>]?: Change<M, Name> } & {
  readonly [Name in RelationName<M> as `${Name}_id`]?: Change<M, Name>;
};

type NeededRelation<M extends Model> = {
  [Name in RelationName<M>]: Optional<M, Name> extends true ? never : Name;
}[RelationName<M>];

/** One relation, by its name or by its column's: `{ owner: 1 }` or `{ owner_id: 1 }`. */
type EitherName<M extends Model, Name extends RelationName<M>> =
  | { readonly [Key in `${Name}_id`]: Value<M, Name> }
  | { readonly [Key in Name]: Value<M, Name> };

/** All of a union's members at once. */
type EachRelation<M extends Model, Name extends RelationName<M>> = (
  Name extends RelationName<M> ? (one: EitherName<M, Name>) => void : never
) extends (all: infer All) => void
  ? All
  : never;

/** Values by field name or by a relation's column, none required. */
export type GivenValues<M extends Model> = { readonly [Name in Names<M>]?: Value<M, Name> } & {
  readonly [Name in RelationName<M> as `${Name}_id`]?: Value<M, Name>;
};

/** What a new row needs and may be given beside what is known of it, but for a key that counts up. */
export type ValuesBeside<M extends Model, Known> = {
  readonly [Name in Exclude<Names<M>, Known | RelationName<M>> as Optional<M, Name> extends true ? never : Name]: Value<
    M,
    Name
  >;
} & GivenValues<M> &
  ([Exclude<NeededRelation<M>, Known>] extends [never] ? unknown : EachRelation<M, Exclude<NeededRelation<M>, Known>>);

/** What a new row needs and may be given, its key and the columns of relations among it; less where some is known. */
export type NewRow<M extends Model, Known = never> = ValuesBeside<M, Known> &
  ([PrimaryName<M>] extends [never] ? { readonly id?: number } : unknown);
