import type { Model } from "../model.ts";
import type { StandardSchema } from "./standard-schema.ts";

declare const facts: unique symbol;
declare const columnName: unique symbol;

/** What is stored in a column; the table of `field-kinds.ts` says how. */
export type FieldKind =
  | "auto"
  | "bigAuto"
  | "bigInteger"
  | "boolean"
  | "char"
  | "date"
  | "dateTime"
  | "decimal"
  | "duration"
  | "email"
  | "file"
  | "float"
  | "foreignKey"
  | "image"
  | "integer"
  | "ip"
  | "json"
  | "oneToOne"
  | "positiveBigInteger"
  | "positiveInteger"
  | "positiveSmallInteger"
  | "slug"
  | "smallInteger"
  | "text"
  | "time"
  | "url"
  | "uuid";

/**
 * What happens to a row when the row that it refers to is deleted: it goes too, it keeps that row from going (with
 * "restrict" only where it does not go itself), it refers to none then, or nothing, for the database sees to it.
 */
export type OnDelete = "cascade" | "doNothing" | "protect" | "restrict" | "setNull";

/** A field's options as plain data: what change detection compares and migrations write down. */
export interface FieldOptions {
  /** Of a slug: whether letters of every script count. */
  readonly allowUnicode?: boolean;
  readonly autoNow?: boolean;
  readonly autoNowAdd?: boolean;
  readonly blank?: boolean;
  readonly choices?: Choices;
  /** The column, where it is not named as the field. */
  readonly column?: string;
  /** Digits after the point of a decimal. */
  readonly decimalPlaces?: number;
  readonly default?: unknown;
  readonly editable?: boolean;
  readonly helpText?: string;
  readonly index?: boolean;
  /** Digits of a decimal in all. */
  readonly maxDigits?: number;
  readonly maxLength?: number;
  readonly maxValue?: bigint | number | string;
  readonly minLength?: number;
  readonly minValue?: bigint | number | string;
  readonly null?: boolean;
  readonly onDelete?: OnDelete;
  /** What the text must match. */
  readonly pattern?: RegExp;
  readonly primaryKey?: boolean;
  /** Which addresses an ip field takes. */
  readonly protocol?: IpProtocol;
  readonly relatedName?: string;
  /** What a json field's values must look like. */
  readonly schema?: StandardSchema;
  readonly unique?: boolean;
  /** Of a file: the folder it goes to, or what gives its whole name. */
  readonly uploadTo?: string | ((filename: string) => string);
  /** Further checks of a value: each gives what is wrong, or undefined. */
  readonly validators?: readonly ModelValidator[];
  readonly verboseName?: string;
}

/** What a field may hold, with what people call it. */
export type Choices<Value extends number | string = number | string> = readonly (readonly [
  value: Value,
  label: string,
])[];

/** Which addresses an ip field takes. */
export type IpProtocol = "IPv4" | "IPv6" | "both";

/** A check of a value that has the right type already: gives what is wrong, or undefined. */
export type ModelValidator<Value = never> = (value: Value) => string | undefined;

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

/** A field that is stored in a column of another name than its own. */
export interface InColumn<Name extends string = string> {
  readonly [columnName]: Name;
}

/** The model that a relation leads to: a model, the model itself, or the project's user model. */
export type RelationTarget = Model | "self" | "user";

/** A column that refers to a row of another table; in a row it is `<name>_id`. */
export interface Relation<
  Target extends RelationTarget = RelationTarget,
  Null extends boolean = boolean,
  Has extends boolean = boolean,
  // Whose key it holds, the types say of a model's field: "self" is known only there.
> extends Field<"foreignKey" | "oneToOne", number | string, Null, Has, false> {
  readonly to: Target;
}

/** A relation of many to many: no column of this table, but a table of its own that joins the two. */
export interface ManyToMany<Target extends RelationTarget = RelationTarget> {
  readonly kind: "manyToMany";
  readonly to: Target;
  readonly options: FieldOptions & ManyToManyOptions;
}

export interface ManyToManyOptions {
  /** Whether it may be left out or empty on input. Default false. */
  readonly blank?: boolean;
  readonly editable?: boolean;
  readonly helpText?: string;
  /** The name under which the other model's rows reach these. */
  readonly relatedName?: string;
  /**
   * Of a relation to the model itself: whether a row that it leads to leads back, as with friends. Default true, as Django's;
   * it has no other end then.
   */
  readonly symmetrical?: boolean;
  /** The joining table. Default: this model's table and the field's name. */
  readonly table?: string;
  readonly verboseName?: string;
}

/** Tells a relation from other fields. */
export function isRelation(declared: Field): declared is Relation {
  return declared.kind === "foreignKey" || declared.kind === "oneToOne";
}

/** Tells a relation of many to many from what is stored in a column. */
export function isManyToMany(declared: Field | ManyToMany): declared is ManyToMany {
  return declared.kind === "manyToMany";
}
