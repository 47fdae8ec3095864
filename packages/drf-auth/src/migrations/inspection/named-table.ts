import type { Dialect } from "../../database/index.ts";
import type { ModelMeta } from "../../models/index.ts";
import type { Target } from "./drafts.ts";
import { type ColumnField, fieldOfColumn } from "./field-of-column.ts";
import type { FoundColumn, FoundReference, FoundTable } from "./found-table.ts";
import type { ModelName, UserTable } from "./user-table.ts";

/** What is known of a database whose models are to be written. */
export interface InspectionContext {
  readonly dialect: Dialect;
  /** Every table of the database. */
  readonly tables: readonly FoundTable[];
  /** The label of models whose application is not known. */
  readonly appLabel: string;
  /** What Django's own table says: the label and the name of models by their table. */
  readonly known: ReadonlyMap<string, ModelName>;
  /** Models that are there already, by their table. */
  readonly metas: ReadonlyMap<string, ModelMeta>;
  /** The table that relations to "user" lead to. */
  readonly userTable: string;
  /** The table of users that the database tells of and whose model is written. */
  readonly user: UserTable | undefined;
}

/** A table whose model has a name. */
export interface NamedTable {
  readonly table: FoundTable;
  readonly appLabel: string;
  readonly constant: string;
  /** The column that is the primary key. */
  readonly key: FoundColumn;
}

/** The tables whose models are written, by their names. */
export type NamedTables = ReadonlyMap<string, NamedTable>;

/** Models of the framework's that the written file may import, by their tables. */
export const importedModels: Readonly<Record<string, string>> = Object.freeze({
  auth_group: "Group",
  auth_permission: "PermissionModel",
  django_content_type: "ContentType",
});

/** The column that is the primary key, or why there is none that a model could have. */
export function keyOf(table: FoundTable, dialect: Dialect): FoundColumn | string {
  const [name, ...others] = table.primaryKey;
  if (name === undefined) return "it has no primary key";
  if (others.length > 0) {
    return `its primary key is of ${table.primaryKey.length} columns (${table.primaryKey.join(", ")})`;
  }
  const column = table.columns.find((one) => one.name === name);
  const field = column && fieldOfColumn(column, dialect);
  if (!column || !field || !(isWhole(field) || ["char", "text", "uuid"].includes(field.kind))) {
    return `its primary key, ${name}, is of the type "${column?.type}"`;
  }
  const isRelation = table.references.some(({ columns }) => columns.includes(name));
  return isRelation ? `its primary key, ${name}, refers to another table` : column;
}

/** The field of a primary key; undefined where a model has it without being told, as `id`. */
export function keyField({ key, table }: NamedTable, context: InspectionContext): ColumnField | undefined {
  const found = fieldOfColumn(key, context.dialect);
  if (!found) throw new TypeError(`${table.name} has no key that a field could be.`);
  if (!isWhole(found)) return { ...found, options: { ...found.options, primaryKey: true } };
  const kind = isWide(key, table, context) ? "bigAuto" : "auto";
  if (key.isCounted) return key.name === "id" && kind === "bigAuto" ? undefined : { kind, options: {} };
  return { kind, options: {}, note: "the database does not count it up: each row must be given one" };
}

function isWhole({ kind }: ColumnField): boolean {
  return /integer$/i.test(kind);
}

/** SQLite's keys are all alike: what refers to them has the width that was meant. */
function isWide(key: FoundColumn, { name }: FoundTable, { dialect, tables }: InspectionContext): boolean {
  if (dialect === "postgresql") return key.type === "bigint";
  const referring = tables.flatMap((table) =>
    table.references
      .filter((one) => one.table === name && isTo(one, key.name))
      .map(({ columns }) => table.columns.find((column) => column.name === columns[0])?.type),
  );
  return referring.length === 0 || !referring.every((type) => type === "integer" || type === "int");
}

/** The model that a foreign key leads to; undefined where it has none, or where its key is not what is referred to. */
export function targetOf(
  reference: FoundReference,
  own: NamedTable,
  named: NamedTables,
  context: InspectionContext,
): Target | undefined {
  const { table } = reference;
  const key = context.tables.find(({ name }) => name === table)?.primaryKey;
  if (key?.length !== 1 || !isTo(reference, key[0] ?? "")) return undefined;
  if (table === own.table.name) return { type: "word", word: "self" };
  if (table === context.userTable) return { type: "word", word: "user" };
  const written = named.get(table);
  if (written) return { type: "written", constant: written.constant };
  const constant = importedModels[table];
  if (constant !== undefined) return { type: "imported", constant, from: "drf-auth" };
  const meta = context.metas.get(table);
  return meta && { type: "imported", constant: meta.objectName, from: "./models.ts" };
}

/** Whether a foreign key refers to a primary key of one column: it need not name it. */
function isTo({ to }: FoundReference, key: string): boolean {
  return to.length === 0 || (to.length === 1 && to[0]?.toLowerCase() === key.toLowerCase());
}
