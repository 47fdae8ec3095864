import type { Facts, Names, PrimaryName, RelationName, Resolved, Target } from "./infer.ts";
import type { Model } from "../model.ts";

type KeyFacts = { kind: "bigAuto"; value: number; null: false };
type HasOwnKey<M extends Model> = [PrimaryName<M>] extends [never] ? false : true;

/** What is known of each column of a model, by every name that a query may call it: `owner`, `owner_id`, `pk`. */
export type Columns<M extends Model> = { [Name in Names<M>]: Facts<M, Name> } & {
  [Name in RelationName<M> as `${Name}_id`]: Facts<M, Name>;
} & (HasOwnKey<M> extends true ? { pk: Facts<M, PrimaryName<M>> } : { pk: KeyFacts; id: KeyFacts });

/** The columns of a model by name; any text of a model that is any model. */
export type ColumnName<M extends Model> = string extends Names<M> ? string : Extract<keyof Columns<M>, string>;

type WholeKind =
  | "auto"
  | "bigAuto"
  | "bigInteger"
  | "foreignKey"
  | "integer"
  | "oneToOne"
  | "positiveBigInteger"
  | "positiveInteger"
  | "positiveSmallInteger"
  | "smallInteger";
type TextKind = "char" | "email" | "file" | "image" | "slug" | "text" | "url";

/** Kinds of field whose values are alike go by one name; any other kind by its own. */
export type Family<Kind> = Kind extends WholeKind ? "whole" : Kind extends TextKind ? "text" : Kind;

export type NumberFamily = "decimal" | "float" | "whole";

/** The columns of a model that are of some families. */
export type ColumnOf<M extends Model, Families> =
  string extends Names<M>
    ? string
    : unknown extends Families
      ? ColumnName<M>
      : {
          [Name in ColumnName<M>]: Columns<M>[Name & keyof Columns<M>] extends { kind: infer Kind }
            ? Family<Kind> extends Families
              ? Name
              : never
            : never;
        }[ColumnName<M>];

/** A column of some families, of the model's own or over relations to one row. */
export type ColumnPath<M extends Model, Families = unknown> = M extends Model
  ?
      | ColumnOf<M, Families>
      | {
          [Name in RelationName<M>]: [Resolved<M, Target<M, Name>>] extends [never]
            ? `${Name}__${string}`
            :
                | `${Name}__${ColumnOf<Resolved<M, Target<M, Name>>, Families>}`
                | `${Name}__${RelationName<Resolved<M, Target<M, Name>>>}__${string}`;
        }[RelationName<M>]
  : never;

/** Relations to one row, one after another. */
export type RelationPath<M extends Model> = M extends Model
  ? {
      [Name in RelationName<M>]:
        | Name
        | ([Resolved<M, Target<M, Name>>] extends [never]
            ? `${Name}__${string}`
            :
                | `${Name}__${RelationName<Resolved<M, Target<M, Name>>>}`
                | `${Name}__${RelationName<Resolved<M, Target<M, Name>>>}__${string}`);
    }[RelationName<M>]
  : never;

/** What rows are ordered by: a name, or `-` before it for descending. */
export type Ordered<Name extends string> = Name | `-${Name}`;
