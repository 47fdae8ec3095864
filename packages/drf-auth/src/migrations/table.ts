import { ImproperlyConfigured } from "../errors.ts";
import { fieldKinds } from "../models/index.ts";
import type { FieldState, ModelState } from "./operations.ts";
import type { ProjectState } from "./state.ts";

/** A column as SQL has it. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly isNull: boolean;
  readonly isPrimaryKey: boolean;
  readonly countsUp: boolean;
  readonly isUnique: boolean;
  readonly hasIndex: boolean;
  readonly references: { readonly table: string; readonly column: string } | undefined;
}

/** A table as SQL has it. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly uniqueTogether: readonly (readonly string[])[];
}

/** Says what the table of a model looks like; relations find their other table in the state. */
export function tableOf(model: ModelState, state: ProjectState, userName: string): Table {
  const related = ({ to }: FieldState): ModelState => {
    const found = state.get(to === "user" ? userName : (to ?? ""));
    if (found) return found;
    throw new ImproperlyConfigured(`The migration of ${model.name} refers to ${to}, which no migration made before.`);
  };
  const columns = Object.entries(model.fields).map(([name, field]) => columnOf(name, field, related));
  const columnNames = new Map(Object.keys(model.fields).map((name, index) => [name, columns[index]?.name ?? name]));
  return {
    name: model.table,
    columns,
    uniqueTogether: model.uniqueTogether.map((names) => names.map((name) => columnNames.get(name) ?? name)),
  };
}

function columnOf(name: string, field: FieldState, related: (field: FieldState) => ModelState): Column {
  const common = {
    isNull: field.null === true,
    isPrimaryKey: field.primaryKey === true,
    isUnique: field.unique === true,
  };
  if (field.to === undefined) {
    const type = fieldKinds[field.kind].sqliteType(field);
    const countsUp = field.kind === "auto" || field.kind === "bigAuto";
    return { name, type, ...common, countsUp, hasIndex: field.index === true, references: undefined };
  }
  const other = related(field);
  const [key, target] = Object.entries(other.fields).find(([, one]) => one.primaryKey) ?? ["id", { kind: "bigAuto" as const }];
  // Django's column that refers to a BigAutoField is a bigint; to an AutoField it is an integer.
  const type = target.kind === "bigAuto" ? "bigint" : fieldKinds[target.kind].sqliteType(target);
  return {
    name: `${name}_id`,
    type,
    ...common,
    countsUp: false,
    hasIndex: !common.isUnique,
    references: { table: other.table, column: key },
  };
}
