import type { Aggregate } from "../queries/aggregate.ts";
import type { Calculation } from "../queries/calculation.ts";
import type { Field, InColumn, ManyToMany, Relation } from "../fields/field.ts";
import type { Model } from "../model.ts";
import type { UserKey } from "../../http/index.ts";

/** What the type of a model's field says of it. */
export type Facts<M extends Model, Name extends keyof OwnFields<M>> = FactsOf<M, OwnFields<M>[Name]>;
type FactsOf<M extends Model, F> =
  F extends Field<infer Kind, infer Value, infer Null, infer Has, infer Primary>
    ? {
        kind: Kind;
        value: F extends Relation<infer To> ? KeyOf<M, To> : Value;
        null: Null;
        has: Has;
        primary: Primary;
      }
    : never;
/** The key of a row that a relation of a model leads to. */
export type KeyOf<M extends Model, To> = To extends Model
  ? PrimaryKey<To>
  : To extends "self"
    ? PrimaryKey<M>
    : UserKey;
/** What a row holds of a field. */
export type Value<M extends Model, Name extends keyof OwnFields<M>> = Facts<M, Name>["null"] extends false
  ? Facts<M, Name>["value"]
  : Facts<M, Name>["value"] | null;
type Column<Name extends string, F> = F extends Relation ? `${Name}_id` : Name;
/** The declared fields of a model. */
export type OwnFields<M extends Model> = M["fields"];
/** The declared fields of a model that are columns, by name. */
export type Names<M extends Model> = Exclude<Extract<keyof OwnFields<M>, string>, ManyName<M>>;

/** The relations of many to many of a model by name. */
export type ManyName<M extends Model> = {
  // A model that is any model has fields of which nothing is known.
  [Name in Extract<keyof OwnFields<M>, string>]: 0 extends 1 & OwnFields<M>[Name]
    ? never
    : OwnFields<M>[Name] extends ManyToMany
      ? Name
      : never;
}[Extract<keyof OwnFields<M>, string>];

/** The files of a model by name. */
export type FileName<M extends Model> = {
  [Name in Extract<keyof OwnFields<M>, string>]: 0 extends 1 & OwnFields<M>[Name]
    ? never
    : OwnFields<M>[Name] extends Field<"file" | "image">
      ? Name
      : never;
}[Extract<keyof OwnFields<M>, string>];

/** Whether a new row may leave a field out. */
export type Optional<M extends Model, Name extends keyof OwnFields<M>> = Facts<M, Name>["null"] extends true
  ? true
  : Facts<M, Name>["has"];
type Simplify<T> = { [K in keyof T]: T[K] };

/** The field that is declared the primary key. */
export type PrimaryName<M extends Model> = {
  [Name in Names<M>]: Facts<M, Name>["primary"] extends true ? Name : never;
}[Names<M>];
type ImplicitId<M extends Model> = [PrimaryName<M>] extends [never] ? { readonly id: number } : unknown;

/** The primary key's value: that of the field declared so, or the number of `id`. */
export type PrimaryKey<M extends Model> = [PrimaryName<M>] extends [never] ? number : Value<M, PrimaryName<M>>;

/** A row as read: a foreign key `owner` is `owner_id`; times are ISO strings with microseconds. */
export type Row<M extends Model> = Simplify<
  ImplicitId<M> & { readonly [Name in Names<M> as Column<Name, OwnFields<M>[Name]>]: Value<M, Name> }
>;

/** The value of a field as serializers give it out. */
export type FieldOutput<M extends Model, Name extends string> =
  Name extends Names<M>
    ? Name extends FileName<M>
      ? string | null
      : Value<M, Name>
    : Name extends ManyName<M>
      ? readonly KeyOf<M, ManyTarget<M, Name>>[]
      : Name extends "id"
        ? number
        : never;

/** Values by field name, none required. */
export type Values<M extends Model> = { readonly [Name in Names<M>]?: Value<M, Name> };

/** Values by field name: what a new row needs, and what it may be given. */
export type Insert<M extends Model> = Simplify<
  {
    readonly [Name in Names<M> as Optional<M, Name> extends true ? never : Name]: Value<M, Name>;
  } & {
    readonly [Name in Names<M> as Optional<M, Name> extends true ? Name : never]?: Value<M, Name>;
  }
>;

/** The fields of a model by name, `id` among them unless another is its primary key. */
export type FieldName<M extends Model> = Names<M> | ([PrimaryName<M>] extends [never] ? "id" : never);

/** The relations of a model by name. */
export type RelationName<M extends Model> = {
  [Name in Names<M>]: OwnFields<M>[Name] extends Relation ? Name : never;
}[Names<M>];

/** What a relation leads to, as it was declared. */
export type Target<M extends Model, Name extends Names<M>> = OwnFields<M>[Name] extends Relation<infer T> ? T : never;

/** A field, or through a relation a field of the other model: `owner.username`. */
export type SourcePath<M extends Model> = M extends Model
  ?
      | FieldName<M>
      | {
          [Name in RelationName<M>]: Target<M, Name> extends infer Other
            ? Other extends Model
              ? `${Name}.${FieldName<Other>}` | `${Name}.${RelationName<Other>}.${string}`
              : Other extends "self"
                ? `${Name}.${FieldName<M>}` | `${Name}.${RelationName<M>}.${string}`
                : `${Name}.${string}`
            : never;
        }[RelationName<M>]
  : never;

/** What a relation of many to many leads to, as it was declared. */
export type ManyTarget<M extends Model, Name extends ManyName<M>> =
  OwnFields<M>[Name] extends ManyToMany<infer T> ? T : never;

/** What conditions may name: a field, `owner__username`, `tags` or `tags__name`. */
export type LookupPath<M extends Model> = M extends Model ? OrderPath<M> | ManyPath<M> : never;

/** What rows may be ordered by: a field, or through relations to one row a field of another model. */
export type OrderPath<M extends Model> = M extends Model
  ?
      | FieldName<M>
      | {
          [Name in RelationName<M>]: Target<M, Name> extends infer Other
            ? Other extends Model
              ? `${Name}__${FieldName<Other>}` | `${Name}__${RelationName<Other>}__${string}`
              : Other extends "self"
                ? `${Name}__${FieldName<M>}` | `${Name}__${RelationName<M>}__${string}`
                : `${Name}__${string}`
            : never;
        }[RelationName<M>]
  : never;

/** A relation of many to many, or a field of the model that it leads to. */
type ManyPath<M extends Model> = {
  [Name in ManyName<M>]:
    | Name
    | (ManyTarget<M, Name> extends infer Other
        ? Other extends Model
          ? `${Name}__${FieldName<Other>}` | `${Name}__${RelationName<Other>}__${string}`
          : `${Name}__${string}`
        : never);
}[ManyName<M>];

/** The model that a relation leads to; never where the types do not know it, as of "user". */
export type Resolved<M extends Model, Other> = Other extends Model ? Other : Other extends "self" ? M : never;

/** The value at the end of a way; unknown where the types do not know the way, as to who refers to a model. */
export type ValueAt<M extends Model, Path extends string> = Path extends "pk"
  ? PrimaryKey<M>
  : Path extends keyof Row<M>
    ? Row<M>[Path]
    : Path extends RelationName<M>
      ? Value<M, Path>
      : Path extends `${infer Head}__${infer Rest}`
        ? Head extends RelationName<M>
          ? [Resolved<M, Target<M, Head>>] extends [never]
            ? unknown
            : ValueAt<Resolved<M, Target<M, Head>>, Rest> | Extract<Value<M, Head>, null>
          : Head extends ManyName<M>
            ? [Resolved<M, ManyTarget<M, Head>>] extends [never]
              ? unknown
              : ValueAt<Resolved<M, ManyTarget<M, Head>>, Rest>
            : unknown
        : unknown;

/** Some fields of a row, of related rows too, by the names that were asked for. */
export type FieldsOf<M extends Model, Name extends string, Extra = unknown> = {
  readonly [Key in Name]: Key extends keyof Extra ? Extra[Key] : ValueAt<M, Key>;
};

type Known<V, Otherwise> = unknown extends V ? Otherwise : V;

/** What was asked to be computed, by name. */
export type Computations = Readonly<Record<string, Aggregate | Calculation>>;

/** What is computed, by name; `Extra` is what was annotated before. */
export type Outcomes<M extends Model, Given extends Computations, Extra = unknown> = {
  readonly [Name in keyof Given]: Outcome<M, Given[Name], Extra>;
};

type Outcome<M extends Model, One, Extra> =
  One extends Aggregate<infer What, infer Path>
    ? What extends "count"
      ? number
      : What extends "avg"
        ? number | null
        : Known<ValueOf<M, Path, Extra>, bigint | number | string> | null
    : One extends Calculation<infer Path>
      ? Known<ValueOf<M, Path, Extra>, bigint | number | string | null>
      : never;

type ValueOf<M extends Model, Path extends string, Extra> = Path extends keyof Extra ? Extra[Path] : ValueAt<M, Path>;

type RowAt<M extends Model, Other> = [Resolved<M, Other>] extends [never]
  ? Readonly<Record<string, unknown>>
  : Row<Resolved<M, Other>>;

/** A name as long as it is no field of the model that is no relation: who refers to a model, its types do not know. */
export type Prefetchable<M extends Model, Name extends string> =
  Name extends Exclude<FieldName<M>, RelationName<M>> ? never : Name;

type HeadOf<Name extends string> = Name extends `${infer Head}__${string}` ? Head : Name;
type RestOf<Name extends string, Head extends string> = Name extends `${Head}__${infer Rest}` ? Rest : never;

/** What relations lead to, by name: a row, null where the relation may be empty, or a list; each with what is behind it. */
export type RelatedRows<M extends Model, Name extends string> = {
  readonly [Head in HeadOf<Name>]: Head extends RelationName<M>
    ? Extract<Value<M, Head>, null> | RowWith<M, Target<M, Head>, RestOf<Name, Head>>
    : Head extends ManyName<M>
      ? readonly RowWith<M, ManyTarget<M, Head>, RestOf<Name, Head>>[]
      : readonly Readonly<Record<string, unknown>>[];
};

type RowWith<M extends Model, Other, Rest extends string> = [Rest] extends [never]
  ? RowAt<M, Other>
  : [Resolved<M, Other>] extends [never]
    ? RowAt<M, Other>
    : RelatedRows<Resolved<M, Other>, Rest> & Row<Resolved<M, Other>>;

type Stored<V> = V extends boolean
  ? number
  : V extends bigint
    ? bigint | number | string
    : V extends number | string
      ? V
      : string;

/** A row as the database keeps it, by column. */
export type StoredRow<M extends Model> = Simplify<
  ([PrimaryName<M>] extends [never] ? { id: number } : unknown) & {
    [Name in Names<M> as StoredColumn<Name, OwnFields<M>[Name]>]: Value<M, Name> extends infer V
      ? V extends null
        ? null
        : Stored<V>
      : never;
  }
>;

type StoredColumn<Name extends string, F> = F extends InColumn<infer Named> ? Named : Column<Name, F>;
