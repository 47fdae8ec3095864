import { ImproperlyConfigured } from "../../errors.ts";
import type { Dialect } from "../../database/index.ts";
import type { ColumnThere, SchemaEditor } from "../schema/schema-editor.ts";
import type { Table } from "../schema/table.ts";
import { mayHold } from "../schema/type-family.ts";

export interface TablesMadeOptions {
  /** Whether tables that are there may be taken for made, as `migrate --fake-initial` has it. */
  readonly isFakeInitial: boolean;
  /** Whether these are the first tables of an application: only they can have been made by another program. */
  readonly isInitial: boolean;
  /** What makes them, for messages. */
  readonly where: string;
  /** The command that records them as made, for messages. */
  readonly fake?: string;
}

/**
 * Tells whether a migration's tables are there already, and may be taken for made.
 *
 * @throws {ImproperlyConfigured} when some are there and may not: they would be lost or half-made otherwise.
 */
export async function areTablesMade(
  tables: readonly Table[],
  editor: SchemaEditor,
  { isFakeInitial, isInitial, where, fake }: TablesMadeOptions,
): Promise<boolean> {
  const found = await Promise.all(
    tables.map(async (table) => ({ table, columns: await editor.columnsOf(table.name) })),
  );
  const there = found.filter(({ columns }) => columns !== undefined).map(({ table }) => table.name);
  if (there.length === 0) return false;
  if (!isFakeInitial || !isInitial) {
    throw new ImproperlyConfigured(
      `${where}: nothing was changed, for these tables are there already: ${there.join(", ")}. ` +
        adviceOf(isInitial, fake),
    );
  }
  const differences = found.flatMap(({ table, columns }) => differencesOf(table, columns, editor.dialect));
  if (differences.length === 0) return true;
  throw new ImproperlyConfigured(
    `${where}: nothing was changed, for the tables that are there are not those of the models:\n` +
      differences.map((line) => `  - ${line}`).join("\n") +
      "\nPut the models right (npx drf-auth inspectdb writes those of the tables). Where you know better, migrate --fake " +
      "records it without looking.",
  );
}

function adviceOf(isInitial: boolean, fake: string | undefined): string {
  if (isInitial) return "If Django made them, run npx drf-auth migrate --fake-initial.";
  if (fake === undefined) return "Rename or remove them.";
  return `If they are what it makes, ${fake} records that. If not, rename or remove them.`;
}

function differencesOf(
  table: Table,
  columns: ReadonlyMap<string, ColumnThere> | undefined,
  dialect: Dialect,
): string[] {
  if (!columns) return [`${table.name} is not there`];
  const wanted = table.columns.map(({ name }) => name);
  const missing = wanted.filter((name) => !columns.has(name));
  // What fills itself is in nobody's way.
  const others = [...columns]
    .filter(([name, { isNeeded }]) => isNeeded && !wanted.includes(name))
    .map(([name]) => name);
  const unlike = table.columns.flatMap(({ name, type }) => {
    const there = columns.get(name)?.type;
    return there === undefined || mayHold(there, type, dialect) ? [] : [[name, there, type] as const];
  });
  return [
    ...missing.map((name) => `${table.name} has no column ${name}`),
    ...unlike.map(([name, there, type]) => `${table.name}.${name} is ${there}, and its model's field would be ${type}`),
    ...others.map(
      (name) => `${table.name} has a column ${name}, which each row must be given, and its model no such field`,
    ),
  ];
}
