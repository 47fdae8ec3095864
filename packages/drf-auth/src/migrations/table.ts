import type { Dialect, SqlValue } from "../database/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import { fieldKinds } from "../models/index.ts";
import { quoted } from "./quoted.ts";
import { columnNameOf, type FieldState, type ModelState } from "./operations.ts";
import type { ProjectState } from "./state.ts";

/** A column as SQL has it. */
export interface Column {
  readonly name: string;
  readonly type: string;
  /** What its values must meet, in SQL. */
  readonly check: string | undefined;
  readonly isNull: boolean;
  readonly isPrimaryKey: boolean;
  readonly countsUp: boolean;
  readonly isUnique: boolean;
  readonly hasIndex: boolean;
  /** Whether it holds text, for which PostgreSQL has an index of another kind when it begins with something. */
  readonly isText: boolean;
  /** The driver's value of a row's; undefined where it can hold none such. */
  readonly encode: (value: unknown) => SqlValue | undefined;
  readonly references: { readonly table: string; readonly column: string } | undefined;
}

/** A table as SQL has it. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly uniqueTogether: readonly (readonly string[])[];
}

/** Finds a model by the name that a relation gives. */
type Related = (to: string) => ModelState;

/** Says what the table of a model looks like; relations find their other table in the state. */
export function tableOf(
  model: ModelState,
  state: ProjectState,
  { userName, dialect }: { readonly userName: string; readonly dialect: Dialect },
): Table {
  const related: Related = (to) => {
    const found = state.get(to === "user" ? userName : to);
    if (found) return found;
    throw new ImproperlyConfigured(
      `${model.name} refers to ${to === "user" ? userName : to}, whose table no migration has made before. ` +
        `Name the migration that makes it in \`dependencies\`, or write one with npx drf-auth makemigrations.`,
    );
  };
  return {
    name: model.table,
    columns: Object.entries(model.fields).map(([name, field]) => columnOf(name, field, related, dialect)),
    uniqueTogether: model.uniqueTogether.map((names) => names.map((name) => columnName(name, model.fields[name]))),
  };
}

function columnOf(name: string, field: FieldState, related: Related, dialect: Dialect): Column {
  const isPrimaryKey = field.primaryKey === true;
  const isUnique = !isPrimaryKey && (field.unique === true || field.kind === "oneToOne");
  const hasIndex = field.index ?? field.to !== undefined;
  return {
    name: columnName(name, field),
    type: typeOf(field, related, dialect),
    check: field.to === undefined ? checkOf(name, field, dialect) : undefined,
    isNull: field.null === true && !isPrimaryKey,
    isPrimaryKey,
    countsUp: field.kind === "auto" || field.kind === "bigAuto",
    isUnique,
    hasIndex: hasIndex && !isUnique && !isPrimaryKey,
    isText: /^(?:text|varchar)/.test(typeOf(field, related, dialect)),
    encode: (value) => encoded(field, value, related, dialect),
    references: field.to === undefined ? undefined : keyColumn(related(field.to)),
  };
}

/** A column that refers to a row has the type of that row's key, without its counting up. */
function typeOf(field: FieldState, related: Related, dialect: Dialect): string {
  const { postgresql, sqliteType } = fieldKinds[field.kind];
  if (field.to === undefined) return dialect === "sqlite" ? sqliteType(field) : postgresql.type(field);
  const [, key] = keyOf(related(field.to));
  const own = dialect === "sqlite" ? fieldKinds[key.kind].sqliteReferenceType : undefined;
  return own ?? typeOf(key, related, dialect);
}

function encoded(field: FieldState, value: unknown, related: Related, dialect: Dialect): SqlValue | undefined {
  if (field.to !== undefined) return encoded(keyOf(related(field.to))[1], value, related, dialect);
  const { toDatabase, isText, postgresql } = fieldKinds[field.kind];
  const isOfType = isText ? typeof value === "string" : typeof value === "number" || typeof value === "bigint";
  const stored = toDatabase ? toDatabase(value, field) : isOfType ? (value as SqlValue) : undefined;
  if (stored === undefined || stored === null) return undefined;
  return dialect === "postgresql" && postgresql.encode ? postgresql.encode(stored) : stored;
}

function checkOf(name: string, field: FieldState, dialect: Dialect): string | undefined {
  const { postgresql, sqliteCheck } = fieldKinds[field.kind];
  return (dialect === "sqlite" ? sqliteCheck : postgresql.check)?.(quoted(columnName(name, field)));
}

function keyColumn(model: ModelState): { readonly table: string; readonly column: string } {
  return { table: model.table, column: columnName(...keyOf(model)) };
}

function keyOf({ name, fields }: ModelState): [name: string, field: FieldState] {
  const key = Object.entries(fields).find(([, field]) => field.primaryKey === true);
  if (key) return key;
  throw new ImproperlyConfigured(`The migration that makes ${name} gives it no field with \`primaryKey: true\`.`);
}

function columnName(name: string, field: FieldState | undefined): string {
  return field ? columnNameOf(name, field) : name;
}
