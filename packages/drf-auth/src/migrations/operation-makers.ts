import {
  type AddConstraint,
  type AddField,
  type AddIndex,
  type AlterField,
  type AlterTable,
  type AlterUniqueTogether,
  type ConstraintState,
  type CreateModel,
  type DeleteModel,
  defaultTable,
  type FieldState,
  type Fill,
  type IndexState,
  type Migration,
  type OwnCode,
  type OwnSql,
  type RemoveConstraint,
  type RemoveField,
  type RemoveIndex,
  type RenameField,
  type RenameModel,
  type RunCode,
  type RunSql,
} from "./operations.ts";

type ModelName = `${string}.${string}`;

export interface CreateModelOptions<FieldName extends string = string> {
  /** The table. Default: `<app label>_<model name>`. */
  readonly table?: string;
  /** Sets of fields that no two rows may share. */
  readonly uniqueTogether?: readonly (readonly FieldName[])[];
  readonly indexes?: readonly IndexState[];
  readonly constraints?: readonly ConstraintState[];
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
  const { table = defaultTable(name), uniqueTogether = [], indexes = [], constraints = [] } = options;
  return { type: "createModel", model: { name, table, fields, uniqueTogether, indexes, constraints } };
}

/** Removes the table of a model, with its rows. */
export function deleteModel(name: ModelName): DeleteModel {
  return { type: "deleteModel", name };
}

/** Gives a model another name; its table goes with it, unless it names one. */
export function renameModel(name: ModelName, to: ModelName, options: { readonly table?: string } = {}): RenameModel {
  return { type: "renameModel", name, to, table: options.table ?? defaultTable(to) };
}

/** Adds a column; `fill` is what the rows that are there hold in it. */
export function addField(model: ModelName, name: string, field: FieldState, options: FillOption = {}): AddField {
  return { type: "addField", model, name, field, ...options };
}

/** Removes a column, with what is in it. */
export function removeField(model: ModelName, name: string): RemoveField {
  return { type: "removeField", model, name };
}

/** Changes what a column is; `fill` stands where it was null and may no longer be. */
export function alterField(model: ModelName, name: string, field: FieldState, options: FillOption = {}): AlterField {
  return { type: "alterField", model, name, field, ...options };
}

export function renameField(model: ModelName, name: string, to: string): RenameField {
  return { type: "renameField", model, name, to };
}

/** Says anew which sets of fields no two rows may share. */
export function alterUniqueTogether(model: ModelName, sets: readonly (readonly string[])[]): AlterUniqueTogether {
  return { type: "alterUniqueTogether", model, sets };
}

/** Makes an index: `addIndex("notes.Note", { name: "note_owner_idx", fields: ["owner", "-created_at"] })`. */
export function addIndex(model: ModelName, index: IndexState): AddIndex {
  return { type: "addIndex", model, index };
}

export function removeIndex(model: ModelName, name: string): RemoveIndex {
  return { type: "removeIndex", model, name };
}

/** Adds a constraint, which the rows that are there must meet: `{ name, check }`, `{ name, exclude }` or `{ name, unique }`. */
export function addConstraint(model: ModelName, constraint: ConstraintState): AddConstraint {
  return { type: "addConstraint", model, constraint };
}

export function removeConstraint(model: ModelName, name: string): RemoveConstraint {
  return { type: "removeConstraint", model, name };
}

/** Gives the table of a model another name. */
export function alterTable(model: ModelName, table: string): AlterTable {
  return { type: "alterTable", model, table };
}

/** Runs SQL of one's own: one text for both databases, or one for each, empty where nothing is to be done. */
export function runSql(forwards: Required<OwnSql>, backwards?: Required<OwnSql>): RunSql {
  return { type: "runSql", forwards, ...(backwards !== undefined && { backwards }) };
}

/** Runs work on rows, in the transaction of its migration. */
export function runCode(forwards: OwnCode, backwards?: OwnCode): RunCode {
  return { type: "runCode", forwards, ...(backwards && { backwards }) };
}

interface FillOption {
  readonly fill?: Fill;
}
