import type { Expression } from "kysely";
import { ImproperlyConfigured } from "../errors.ts";
import { didYouMean } from "../settings.ts";
import type { Constraint, RowCondition } from "./constraint.ts";
import type { FieldKind, FieldOptions, ManyToManyOptions } from "./fields/field.ts";
import type { Model } from "./model.ts";

/** A field as the application knows it once all models are known. */
export interface FieldMeta {
  readonly name: string;
  /** Its key in a row: `owner_id` of a relation `owner`. */
  readonly attname: string;
  readonly column: string;
  readonly kind: FieldKind;
  readonly options: FieldOptions;
  readonly isNull: boolean;
  readonly isUnique: boolean;
  readonly isPrimaryKey: boolean;
  readonly verboseName: string;
  /** The model that a relation leads to. */
  readonly related: ModelMeta | undefined;
}

/** A column that a query reaches: of its own table, or over relations of another's. */
export interface ColumnPath {
  /** The relations to go over, in order. */
  readonly relations: readonly FieldMeta[];
  readonly field: FieldMeta;
  /** What its value is computed from, where it is no column of a table; `field` says what kind of value that is. */
  readonly computed?: Computed;
}

/** A value that is computed in the database and stands where a column could. */
export interface Computed {
  /** The columns of the row that it reads. */
  readonly paths: readonly ColumnPath[];
  readonly sql: (columnOf: (path: ColumnPath) => Expression<unknown>) => Expression<unknown>;
}

/** One part of an ordering. */
export interface Ordering extends ColumnPath {
  readonly isDescending: boolean;
}

/** A model as the application knows it once all models are known: names settled, relations resolved. */
export interface ModelMeta {
  readonly model: Model;
  readonly appLabel: string;
  /** `Word`: what "No Word matches the given query." names. */
  readonly objectName: string;
  /** `word`: what permissions and content types name. */
  readonly modelName: string;
  readonly table: string;
  readonly verboseName: string;
  readonly fields: readonly FieldMeta[];
  readonly fieldsByName: ReadonlyMap<string, FieldMeta>;
  readonly manyToMany: readonly ManyToManyMeta[];
  readonly primaryKey: FieldMeta;
  readonly ordering: readonly Ordering[];
  readonly uniqueTogether: readonly (readonly FieldMeta[])[];
  readonly indexes: readonly IndexMeta[];
  readonly constraints: readonly Constraint[];
  /** The relations of other models, or its own, that lead here. */
  readonly referrers: readonly Referrer[];
  /** The relations of many to many of other models, or its own, that lead here. */
  readonly manyReferrers: readonly ManyReferrer[];
}

/** An index that a model declares beside those of its fields. */
export interface IndexMeta {
  readonly name: string;
  readonly columns: readonly { readonly field: FieldMeta; readonly isDescending: boolean }[];
  readonly where: RowCondition | undefined;
}

/** A relation of many to many as the application knows it. */
export interface ManyToManyMeta {
  readonly name: string;
  readonly options: FieldOptions & ManyToManyOptions;
  readonly verboseName: string;
  readonly related: ModelMeta;
  /** Whether a row that it leads to leads back. */
  readonly isSymmetrical: boolean;
  /** The model of the joining table. */
  readonly join: ModelMeta;
  /** The join's relation to the model that has the field. */
  readonly source: FieldMeta;
  /** The join's relation to the model that it leads to. */
  readonly target: FieldMeta;
}

/** A relation of many to many, seen from the model that it leads to. */
export interface ManyReferrer {
  readonly meta: ModelMeta;
  readonly relation: ManyToManyMeta;
}

/** A relation, seen from the model that it leads to. */
export interface Referrer {
  readonly meta: ModelMeta;
  readonly field: FieldMeta;
}

/** Finds a field by name (`pk` is the primary key, `owner_id` what `owner` is in a row), or says which name was meant; `where` is named in the error. */
export function fieldOf(meta: ModelMeta, name: string, where: string): FieldMeta {
  const named = name === "pk" ? meta.primaryKey : meta.fieldsByName.get(name);
  const found = named ?? meta.fields.find((one) => one.related && one.attname === name);
  if (found) return found;
  throw new ImproperlyConfigured(
    `${where}: ${meta.model.name} has no field "${name}".${didYouMean(name, [...meta.fieldsByName.keys()])}`,
  );
}
