import type { Database, Dialect } from "../database/index.ts";
import type { FieldKind, FieldOptions, RowCondition } from "../models/index.ts";

/** Which options of a field make its column; the others are for validation, saving and pages, and never written down. */
export const columnOptions = Object.freeze({
  column: true,
  primaryKey: true,
  maxLength: true,
  null: true,
  unique: true,
  index: true,
  maxDigits: true,
  decimalPlaces: true,
  allowUnicode: false,
  autoNow: false,
  autoNowAdd: false,
  blank: false,
  choices: false,
  default: false,
  editable: false,
  helpText: false,
  maxValue: false,
  minLength: false,
  minValue: false,
  onDelete: false,
  pattern: false,
  protocol: false,
  relatedName: false,
  schema: false,
  uploadTo: false,
  validators: false,
  verboseName: false,
} as const satisfies Record<keyof FieldOptions, boolean>);

export type ColumnOption = {
  [Name in keyof typeof columnOptions]: (typeof columnOptions)[Name] extends true ? Name : never;
}[keyof typeof columnOptions];

/** A field as a migration writes it down: what makes its column, and nothing else. */
export interface FieldState extends Pick<FieldOptions, ColumnOption> {
  readonly kind: FieldKind;
  /** The model that a relation leads to, by name; "user" is the project's user model. */
  readonly to?: string;
}

/** A model as a migration writes it down. */
export interface ModelState {
  /** `app_label.ModelName`. */
  readonly name: string;
  readonly table: string;
  readonly fields: Readonly<Record<string, FieldState>>;
  readonly uniqueTogether: readonly (readonly string[])[];
  readonly indexes: readonly IndexState[];
  readonly constraints: readonly ConstraintState[];
}

/** An index beside those of fields, as a migration writes it down. */
export interface IndexState {
  readonly name: string;
  /** The fields in their order, `-` before one that descends. */
  readonly fields: readonly string[];
  /** Of which rows it is. Default: of all. */
  readonly where?: RowCondition;
}

/** What rows must meet, as a migration writes it down. */
export type ConstraintState =
  | { readonly name: string; readonly check: RowCondition }
  | { readonly name: string; readonly exclude: RowCondition }
  | { readonly name: string; readonly unique: readonly string[]; readonly where?: RowCondition };

/** What a column that is new, or may no longer be null, holds in the rows that are there. */
export type Fill =
  | bigint
  | boolean
  | number
  | string
  | readonly (Fill | null)[]
  | { readonly [name: string]: Fill | null };

/** Makes the table of a model. */
export interface CreateModel {
  readonly type: "createModel";
  readonly model: ModelState;
}

/** Removes the table of a model, with its rows. */
export interface DeleteModel {
  readonly type: "deleteModel";
  readonly name: string;
}

/** Gives a model another name, and its table with it. */
export interface RenameModel {
  readonly type: "renameModel";
  readonly name: string;
  readonly to: string;
  readonly table: string;
}

export interface AddField {
  readonly type: "addField";
  readonly model: string;
  readonly name: string;
  readonly field: FieldState;
  readonly fill?: Fill;
}

/** Removes a column, with what is in it. */
export interface RemoveField {
  readonly type: "removeField";
  readonly model: string;
  readonly name: string;
}

export interface AlterField {
  readonly type: "alterField";
  readonly model: string;
  readonly name: string;
  readonly field: FieldState;
  readonly fill?: Fill;
}

export interface RenameField {
  readonly type: "renameField";
  readonly model: string;
  readonly name: string;
  readonly to: string;
}

/** Says anew which sets of fields no two rows may share. */
export interface AlterUniqueTogether {
  readonly type: "alterUniqueTogether";
  readonly model: string;
  readonly sets: readonly (readonly string[])[];
}

/** Makes an index of several columns, of some rows, or in an order. */
export interface AddIndex {
  readonly type: "addIndex";
  readonly model: string;
  readonly index: IndexState;
}

export interface RemoveIndex {
  readonly type: "removeIndex";
  readonly model: string;
  readonly name: string;
}

/** Has the database see to it that rows meet something; the rows that are there must. */
export interface AddConstraint {
  readonly type: "addConstraint";
  readonly model: string;
  readonly constraint: ConstraintState;
}

export interface RemoveConstraint {
  readonly type: "removeConstraint";
  readonly model: string;
  readonly name: string;
}

export interface AlterTable {
  readonly type: "alterTable";
  readonly model: string;
  readonly table: string;
}

/** SQL of one's own, for both databases or for each. */
export type OwnSql = string | Readonly<Partial<Record<Dialect, string>>>;

export interface RunSql {
  readonly type: "runSql";
  readonly forwards: OwnSql;
  readonly backwards?: OwnSql;
}

/** Work on rows, in the transaction of its migration. */
export type OwnCode = (database: Database) => Promise<void>;

export interface RunCode {
  readonly type: "runCode";
  readonly forwards: OwnCode;
  readonly backwards?: OwnCode;
}

export type Operation =
  | AddConstraint
  | AddField
  | AddIndex
  | AlterField
  | AlterTable
  | AlterUniqueTogether
  | CreateModel
  | DeleteModel
  | RemoveConstraint
  | RemoveField
  | RemoveIndex
  | RenameField
  | RenameModel
  | RunCode
  | RunSql;

/** Another migration, by app label and name, that must have run before. */
export type Dependency = readonly [appLabel: string, name: string];

/** A step from one state of the tables to the next: what a migration file exports as its default. */
export interface Migration {
  readonly dependencies: readonly Dependency[];
  readonly operations: readonly Operation[];
  /**
   * Whether all of it is kept or nothing. With false PostgreSQL makes indexes and constraints without holding the table
   * for long, each step kept at once; SQLite, which locks the database for moments only, does it as ever. Default true.
   */
  readonly isAtomic?: boolean;
}

/** The table of a model that names none. */
export function defaultTable(modelName: string): string {
  return modelName.replace(".", "_").toLowerCase();
}

/** The column of a field. */
export function columnNameOf(name: string, { column, to }: FieldState): string {
  return column ?? (to === undefined ? name : `${name}_id`);
}

/** The application of a model. */
export function appOf({ name }: Pick<ModelState, "name">): string {
  return name.slice(0, name.indexOf("."));
}

/** The fields that an operation brings. */
export function fieldsOf(operation: Operation): readonly FieldState[] {
  if (operation.type === "createModel") return Object.values(operation.model.fields);
  return operation.type === "addField" || operation.type === "alterField" ? [operation.field] : [];
}

/** The model whose table an operation makes, or gives a name to. */
export function madeBy(operation: Operation): string | undefined {
  if (operation.type === "createModel") return operation.model.name;
  return operation.type === "renameModel" ? operation.to : undefined;
}
