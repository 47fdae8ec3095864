import type { Calculation } from "../queries/calculation.ts";
import type { ColumnName, ColumnPath, Columns, Family, NumberFamily } from "./column-names.ts";
import type { DatePart } from "../fields/date-parts.ts";
import type { Facts, ManyName, ManyTarget, Names, PrimaryKey, RelationName, Resolved, Target } from "./infer.ts";
import type { LookupName } from "../queries/lookups.ts";
import type { Model } from "../model.ts";

declare const unknownName: unique symbol;

/** What stands where a model has no such field: no value can be given. */
export interface NoSuchField<Name, ModelName> {
  readonly [unknownName]: readonly [Name, ModelName];
}

/** What stands where a kind of field has no such look-up: no value can be given. */
export interface NoSuchLookup<Name, Kind> {
  readonly [unknownName]: readonly [Name, Kind];
}

/** What conditions may name; what is behind the name of who refers to a model, the types do not know. */
export type ConditionName<M extends Model, Extra = unknown> =
  | ColumnName<M>
  | Extract<keyof Extra, string>
  | ManyName<M>
  | "pk"
  | `${string}__${string}`;

/** Values by field name, with a lookup where equality is not meant: `{ owner: 1, created_at__gte: "2024-01-01T00:00:00Z" }`. */
export type Conditions<M extends Model, Extra = unknown, Name extends string = ConditionName<M, Extra>> = {
  readonly [Key in Name]?: NoInfer<ConditionValue<M, Key, Extra>>;
};

/** What a condition of some name takes. */
export type ConditionValue<M extends Model, Name extends string, Extra = unknown> =
  | OwnKey<M, Name>
  | Condition<{ root: M; extra: Extra; isNull: false; isOverMany: false }, M, Extra, Name>;

/** Beside the condition that says the same, for of a model that is a type parameter TypeScript works out no condition. */
type OwnKey<M extends Model, Name> = Name extends "pk"
  ? PrimaryKey<M>
  : Name extends "pk__in"
    ? readonly PrimaryKey<M>[]
    : never;

/** How a condition comes to where it is. */
interface Way {
  /** The model whose columns it may be compared with. */
  root: Model;
  extra: unknown;
  /** Whether it leads over relations that may be empty. */
  isNull: boolean;
  /** Whether it leads over a relation to many rows. */
  isOverMany: boolean;
}
type OverEmpty<W extends Way> = { root: W["root"]; extra: W["extra"]; isNull: true; isOverMany: W["isOverMany"] };
type OverMany<W extends Way> = { root: W["root"]; extra: W["extra"]; isNull: W["isNull"]; isOverMany: true };

/** A column, or what stands for one. */
interface Compared {
  kind: unknown;
  value: unknown;
  null: boolean;
}
type ColumnFacts<M extends Model, Name> = Extract<Columns<M>[Name & keyof Columns<M>], Compared>;
type ManyFacts<Other> = {
  kind: "foreignKey";
  value: Other extends Model ? PrimaryKey<Other> : number | string;
  null: false;
};
type ComputedFacts<V> = { kind: "computed"; value: NonNullable<V>; null: null extends V ? true : false };

type Condition<W extends Way, M extends Model, Extra, Name extends string> =
  string extends Names<M>
    ? unknown
    : Name extends ColumnName<M>
      ? LookupValue<W, ColumnFacts<M, Name>, "exact">
      : Name extends ManyName<M>
        ? LookupValue<OverMany<W>, ManyFacts<ManyModel<M, Name>>, "exact">
        : Name extends keyof Extra
          ? LookupValue<W, ComputedFacts<Extra[Name]>, "exact">
          : Name extends `${infer Head}__${infer Rest}`
            ? Behind<W, M, Extra, Head, Rest>
            : string extends Name
              ? unknown
              : NoSuchField<Name, M["name"]>;

type ManyModel<M extends Model, Name extends ManyName<M>> = [Resolved<M, ManyTarget<M, Name>>] extends [never]
  ? unknown
  : Resolved<M, ManyTarget<M, Name>>;
type OneModel<M extends Model, Name extends RelationName<M>> = [Resolved<M, Target<M, Name>>] extends [never]
  ? unknown
  : Resolved<M, Target<M, Name>>;

type Behind<W extends Way, M extends Model, Extra, Head extends string, Rest extends string> =
  Head extends RelationName<M>
    ? BehindRelation<
        Facts<M, Head>["null"] extends false ? W : OverEmpty<W>,
        ColumnFacts<M, Head>,
        OneModel<M, Head>,
        Rest
      >
    : Head extends ManyName<M>
      ? BehindRelation<OverMany<W>, ManyFacts<ManyModel<M, Head>>, ManyModel<M, Head>, Rest>
      : Head extends ColumnName<M>
        ? LookupValue<W, ColumnFacts<M, Head>, Rest>
        : Head extends keyof Extra
          ? LookupValue<W, ComputedFacts<Extra[Head]>, Rest>
          : unknown;

type BehindRelation<W extends Way, Key extends Compared, Other, Rest extends string> = Other extends Model
  ? Rest extends ColumnName<Other>
    ? Condition<W, Other, unknown, Rest>
    : Rest extends LookupName
      ? LookupValue<W, Key, Rest>
      : Condition<W, Other, unknown, Rest>
  : Rest extends LookupName
    ? LookupValue<W, Key, Rest>
    : unknown;

type TextLookup = "contains" | "endswith" | "icontains" | "iendswith" | "iexact" | "istartswith" | "startswith";
type OrderLookup = "gt" | "gte" | "lt" | "lte";
type PartLookup = DatePart | `${DatePart}__${string}`;
type RelationKind = "foreignKey" | "oneToOne";
type DayOrTime = "date" | "dateTime" | "time";

type LookupValue<W extends Way, C extends Compared, Lookup extends string> = C["value"] extends object
  ? unknown
  : Lookup extends "exact"
    ? Comparable<C> | Empty<W, C> | Calculated<W, C>
    : Lookup extends OrderLookup
      ? Widened<Comparable<C>> | Calculated<W, C>
      : Lookup extends "in"
        ? readonly (Comparable<C> | null)[]
        : Lookup extends "range"
          ? readonly [from: Widened<Comparable<C>>, to: Widened<Comparable<C>>]
          : Lookup extends "isnull"
            ? boolean
            : Lookup extends TextLookup
              ? C["kind"] extends RelationKind
                ? NoSuchLookup<Lookup, C["kind"]>
                : bigint | number | string | (Lookup extends "iexact" ? Empty<W, C> : never)
              : Lookup extends PartLookup & LookupName
                ? C["kind"] extends DayOrTime | "computed"
                  ? PartValue<Lookup>
                  : NoSuchLookup<Lookup, C["kind"]>
                : Lookup extends LookupName
                  ? unknown
                  : NoSuchLookup<Lookup, C["kind"]>;

/** What a column's values are compared with: a decimal with a number too, and what has 64 bits. */
type Comparable<C extends Compared> = C["kind"] extends "decimal"
  ? C["value"] | number
  : C["value"] extends bigint
    ? C["value"] | number
    : C["kind"] extends "computed"
      ? C["value"] extends string
        ? C["value"] | number
        : C["value"]
      : C["value"];

type Empty<W extends Way, C extends Compared> = true extends C["null"] | W["isNull"] ? null : never;

/** A choice comes before or after any text. */
type Widened<V> = V extends string ? string : V extends number ? number : V;

type PartValue<Lookup extends string> = Lookup extends `${infer Part}__${infer Comparison}`
  ? Comparison extends "in"
    ? readonly OnePart<Part>[]
    : Comparison extends "range"
      ? readonly [from: OnePart<Part>, to: OnePart<Part>]
      : OnePart<Part>
  : OnePart<Lookup>;
type OnePart<Part> = Part extends "date" | "time" ? string : number;

/** Calculations with columns of the same kind, where a value of the row stands beside another. */
type Calculated<W extends Way, C extends Compared> = W["isOverMany"] extends true
  ? never
  : CalculationWith<W["root"], W["extra"], C["kind"] extends "computed" ? unknown : Alike<Family<C["kind"]>>>;
type Alike<F> = F extends NumberFamily ? NumberFamily : F extends "date" | "dateTime" ? "date" | "dateTime" : F;

/** An interface, for its names are worked out where a calculation is given, and not for every value. */
interface CalculationWith<M extends Model, Extra, Families> extends Calculation {
  readonly path?: ColumnPath<M, Families> | Extract<keyof Extra, string>;
  readonly numbers?: ColumnPath<M, NumberFamily> | Extract<keyof Extra, string>;
}
