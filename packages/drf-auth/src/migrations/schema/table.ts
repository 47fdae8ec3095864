import type { Dialect, SqlValue } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { conditionSql, type FieldMeta, fieldKinds, type RowCondition } from "../../models/index.ts";
import { quoted } from "./quoted.ts";
import {
  columnNameOf,
  type ConstraintState,
  type FieldState,
  type IndexState,
  type ModelState,
} from "../operations.ts";
import type { ProjectState } from "../states/state.ts";

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
  /** How many digits stand after the point, of a decimal. */
  readonly decimalPlaces: number | undefined;
  /** Whether it holds text, for which PostgreSQL has an index of another kind when it begins with something. */
  readonly isText: boolean;
  /** The driver's value of a row's; undefined where it can hold none such. */
  readonly encode: (value: unknown) => SqlValue | undefined;
  readonly references: Reference | undefined;
  /** What it holds where nothing is given, in SQL: only of tables that somebody else made. */
  readonly default?: string;
}

/** The column that another refers to. */
export interface Reference {
  readonly table: string;
  readonly column: string;
  /** What the database itself does when that row changes its key or goes, in SQL's words; only of somebody else's tables. */
  readonly onUpdate?: string;
  readonly onDelete?: string;
}

/** A table as SQL has it. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly uniqueTogether: readonly (readonly string[])[];
  readonly indexes: readonly TableIndex[];
  readonly checks: readonly TableCheck[];
}

/** An index that has a name of its own. */
export interface TableIndex {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly isDescending: boolean }[];
  readonly isUnique: boolean;
  /** Of which rows it is, in SQL; undefined where it is of all. */
  readonly where: string | undefined;
}

/** What rows must meet, in SQL. */
export interface TableCheck {
  readonly name: string;
  readonly sql: string;
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
  const ofRules: RuleContext = { model, related, dialect };
  return {
    name: model.table,
    columns: Object.entries(model.fields).map(([name, field]) => columnOf(name, field, related, dialect)),
    uniqueTogether: model.uniqueTogether.map((names) => names.map((name) => columnName(name, model.fields[name]))),
    indexes: [...model.indexes, ...model.constraints].flatMap((rule) => indexOf(rule, ofRules) ?? []),
    checks: model.constraints.flatMap((constraint) => checkOfRule(constraint, ofRules) ?? []),
  };
}

interface RuleContext {
  readonly model: ModelState;
  readonly related: Related;
  readonly dialect: Dialect;
}

/** A unique constraint is an index too. */
function indexOf(rule: ConstraintState | IndexState, context: RuleContext): TableIndex | undefined {
  const isUnique = "unique" in rule;
  const fields = isUnique ? rule.unique : "fields" in rule ? rule.fields : undefined;
  if (fields === undefined || "check" in rule || "exclude" in rule) return undefined;
  const columns = fields.map((text) => {
    const isDescending = !isUnique && text.startsWith("-");
    const name = isDescending ? text.slice(1) : text;
    return { name: columnName(name, context.model.fields[name]), isDescending };
  });
  const where = rule.where === undefined ? undefined : ruleSql(rule.name, rule.where, context);
  return { name: rule.name, columns, isUnique, where };
}

function checkOfRule(rule: ConstraintState, context: RuleContext): TableCheck | undefined {
  if ("unique" in rule) return undefined;
  if ("check" in rule) return { name: rule.name, sql: ruleSql(rule.name, rule.check, context) };
  return { name: rule.name, sql: `not (${ruleSql(rule.name, rule.exclude, context)})` };
}

function ruleSql(rule: string, condition: RowCondition, { model, related, dialect }: RuleContext): string {
  const where = `${model.name}: ${rule}`;
  return conditionSql(condition, {
    dialect,
    where,
    fieldOf: (name) => {
      const field = model.fields[name];
      if (field) return comparedField(name, field, related);
      throw new ImproperlyConfigured(`${where}: ${model.name} has no field "${name}".`);
    },
  });
}

/** A field as conditions compare it; a relation holds the other model's key. */
function comparedField(name: string, field: FieldState, related: Related): FieldMeta {
  if (field.to !== undefined) {
    return { ...comparedField(...keyOf(related(field.to)), related), name, column: columnNameOf(name, field) };
  }
  const { kind, ...options } = field;
  return {
    name,
    attname: name,
    column: columnNameOf(name, field),
    kind,
    options,
    isNull: field.null === true,
    isUnique: false,
    isPrimaryKey: false,
    verboseName: name,
    related: undefined,
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
    decimalPlaces: field.decimalPlaces,
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
