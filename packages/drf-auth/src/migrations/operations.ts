import type { FieldKind } from "../models/index.ts";

/** A field as a migration writes it down: what makes its column, and nothing that only validation or pages need. */
export interface FieldState {
  readonly kind: FieldKind;
  readonly index?: boolean;
  readonly maxLength?: number;
  readonly null?: boolean;
  readonly primaryKey?: boolean;
  /** The model that a relation leads to, by name; "user" is the project's user model. */
  readonly to?: string;
  readonly unique?: boolean;
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

export interface CreateModelOptions {
  readonly table?: string;
  readonly uniqueTogether?: readonly (readonly string[])[];
}

/** Declares a migration. */
export function migration(steps: Migration): Migration {
  return Object.freeze(steps);
}

/** Makes the table of a model: `createModel("words.Word", { id: { kind: "bigAuto", primaryKey: true }, … })`. */
export function createModel(
  name: `${string}.${string}`,
  fields: Readonly<Record<string, FieldState>>,
  options: CreateModelOptions = {},
): CreateModel {
  const table = options.table ?? name.replace(".", "_").toLowerCase();
  return { type: "createModel", model: { name, table, fields, uniqueTogether: options.uniqueTogether ?? [] } };
}
