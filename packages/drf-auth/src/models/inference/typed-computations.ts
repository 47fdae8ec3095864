import type { Aggregate } from "../queries/aggregate.ts";
import type { Calculation } from "../queries/calculation.ts";
import type { ColumnName, ColumnPath, NumberFamily } from "./column-names.ts";
import type { ManyName, ManyTarget, RelationName, Resolved, Target } from "./infer.ts";
import type { Model } from "../model.ts";
import type { Conditions } from "./typed-conditions.ts";

declare const mistake: unique symbol;

/** What stands where a model has a field of that name already: nothing can be annotated under it. */
export interface NameTaken<Name> {
  readonly [mistake]: Name;
}

/** What stands where an aggregate or a calculation cannot be of what it names. */
export interface CannotBeOf<What, Path, ModelName> {
  readonly [mistake]: readonly [What, Path, ModelName];
}

/** The families of columns over which an aggregate is. */
type FamiliesFor<What> = What extends "avg" | "sum"
  ? NumberFamily
  : What extends "max" | "min"
    ? NumberFamily | "date" | "dateTime" | "duration" | "text" | "time"
    : unknown;

/** An aggregate whose conditions are those of a model; any where the types do not know it. */
type Filtered<M, Filter> = M extends Model
  ? { readonly options: { readonly filter?: Conditions<M, unknown, Extract<keyof Filter, string>> } }
  : unknown;

/** Aggregates over all rows or over groups of them: of the model's own columns, and of what was annotated. */
export type Aggregates<M extends Model, Given, Extra> = {
  readonly [Name in keyof Given]: Given[Name] extends Aggregate<infer What, infer Path, infer Filter>
    ? Path extends ColumnPath<M, FamiliesFor<What>> | keyof Extra
      ? Filtered<M, Filter>
      : CannotBeOf<What, Path, M["name"]>
    : unknown;
};

/** The names that nothing can be annotated under; of a model that is any model none is known. */
type Taken<M extends Model> = string extends ColumnName<M> ? never : ColumnName<M>;

/** What may be annotated: under a new name, calculations, and aggregates over the rows that a relation leads to. */
export type Annotations<M extends Model, Given, Extra> = {
  readonly [Name in keyof Given]: Name extends Taken<M> | keyof Extra
    ? NameTaken<Name>
    : Given[Name] extends Aggregate<infer What, infer Path, infer Filter>
      ? IsToMany<M, What, Path> extends true
        ? Filtered<ModelAtMany<M, Path>, Filter>
        : CannotBeOf<What, Path, M["name"]>
      : Given[Name] extends Calculation<infer Path, infer Numbers>
        ? [Path | Numbers] extends [ColumnPath<M> | keyof Extra]
          ? [Numbers] extends [ColumnPath<M, NumberFamily> | keyof Extra]
            ? unknown
            : CannotBeOf<"calculation", Numbers, M["name"]>
          : CannotBeOf<"f", Path, M["name"]>
        : unknown;
};

/** Whether a way may lead to many rows: names that the types do not know may. */
type IsToMany<M extends Model, What, Path extends string> =
  string extends ColumnName<M>
    ? true
    : Path extends ColumnName<M>
      ? false
      : Path extends `${infer Head}__${infer Rest}`
        ? Head extends ManyName<M>
          ? [Resolved<M, ManyTarget<M, Head>>] extends [never]
            ? true
            : Rest extends ColumnPath<Resolved<M, ManyTarget<M, Head>>, FamiliesFor<What>>
              ? true
              : false
          : Head extends RelationName<M>
            ? [Resolved<M, Target<M, Head>>] extends [never]
              ? true
              : IsToMany<Resolved<M, Target<M, Head>>, What, Rest>
            : Head extends ColumnName<M>
              ? false
              : true
        : true;

/** The model whose rows a way leads to, the first that are many; unknown where the types do not know it. */
type ModelAtMany<M extends Model, Path extends string> =
  Path extends ManyName<M>
    ? KnownModel<Resolved<M, ManyTarget<M, Path>>>
    : Path extends `${infer Head}__${infer Rest}`
      ? Head extends ManyName<M>
        ? KnownModel<Resolved<M, ManyTarget<M, Head>>>
        : Head extends RelationName<M>
          ? [Resolved<M, Target<M, Head>>] extends [never]
            ? unknown
            : ModelAtMany<Resolved<M, Target<M, Head>>, Rest>
          : unknown
      : unknown;

type KnownModel<M> = [M] extends [never] ? unknown : M;
