import type { FieldKind, FieldOptions } from "../models/index.ts";

/** Which options of a field make its column; the others are for validation, saving and pages, and never written down. */
export const columnOptions = Object.freeze({
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
}

/** Makes the table of a model. */
export interface CreateModel {
  readonly type: "createModel";
  readonly model: ModelState;
}

export type Operation = CreateModel;

/** Another migration, by app label and name, that must have run before. */
export type Dependency = readonly [appLabel: string, name: string];

/** A step from one state of the tables to the next: what a migration file exports as its default. */
export interface Migration {
  readonly dependencies: readonly Dependency[];
  readonly operations: readonly Operation[];
}

export interface CreateModelOptions<FieldName extends string = string> {
  /** The table. Default: `<app label>_<model name>`. */
  readonly table?: string;
  /** Sets of fields that no two rows may share. */
  readonly uniqueTogether?: readonly (readonly FieldName[])[];
}

/** Declares a migration. */
export function migration(steps: Migration): Migration {
  return Object.freeze(steps);
}

/** Makes the table of a model: `createModel("words.Word", { id: { kind: "bigAuto", primaryKey: true }, … })`. */
export function createModel<const Fields extends Readonly<Record<string, FieldState>>>(
  name: `${string}.${string}`,
  fields: Fields,
  options: CreateModelOptions<Extract<keyof Fields, string>> = {},
): CreateModel {
  const table = options.table ?? defaultTable(name);
  return { type: "createModel", model: { name, table, fields, uniqueTogether: options.uniqueTogether ?? [] } };
}

/** The table of a model that names none. */
export function defaultTable(modelName: string): string {
  return modelName.replace(".", "_").toLowerCase();
}

/** The application of a model. */
export function appOf({ name }: Pick<ModelState, "name">): string {
  return name.slice(0, name.indexOf("."));
}
