import type { ModelDraft } from "./drafts.ts";
import type { FoundTable } from "./found-table.ts";
import { type JoinTable, joinTableOf } from "./join-tables.ts";
import { freeName, modelName } from "./names.ts";
import { importedModels, type InspectionContext, keyOf, type NamedTable, type NamedTables } from "./named-table.ts";
import { TableFields } from "./table-fields.ts";
import { TableRules } from "./table-rules.ts";
import { userDraftOf } from "./user-draft.ts";

export interface DraftedModels {
  readonly models: readonly ModelDraft[];
  /** Tables of which no model can be made, each with why. */
  readonly leftOut: ReadonlyMap<string, string>;
}

/** Makes models of tables, as near to what made them as a database says. */
export function modelsOfTables(tables: readonly FoundTable[], context: InspectionContext): DraftedModels {
  const leftOut = new Map<string, string>();
  const named = new Map<string, NamedTable>();
  const taken = new Set(Object.values(importedModels));
  for (const table of tables) {
    if (context.user?.joins.includes(table.name) === true) continue;
    const key = keyOf(table, context.dialect);
    if (typeof key === "string") {
      leftOut.set(table.name, key);
      continue;
    }
    const known = context.known.get(table.name);
    const appLabel = known?.appLabel ?? context.appLabel;
    const own = table.name.startsWith(`${appLabel}_`) ? table.name.slice(appLabel.length + 1) : table.name;
    const constant = freeName(modelName(known?.modelName ?? own), (name) => taken.has(name));
    taken.add(constant);
    named.set(table.name, { table, appLabel, constant, key });
  }
  const joins = [...named.values()].flatMap((one) => joinTableOf(one, named, context) ?? []);
  for (const { table } of joins) named.delete(table.name);
  return { models: [...named.values()].map((one) => modelOf(one, joins, named, context)), leftOut };
}

function modelOf(
  own: NamedTable,
  joins: readonly JoinTable[],
  named: NamedTables,
  context: InspectionContext,
): ModelDraft {
  const { table, appLabel, constant } = own;
  const ownJoins = joins.filter(({ source }) => source === own);
  const { fields: drafts, notes, byColumn } = new TableFields(own, ownJoins, named, context);
  const rules = new TableRules(table, byColumn);
  const isUser = table.name === context.user?.table;
  const { user, fields } = isUser
    ? userDraftOf(drafts, context.user.joins.length > 0)
    : { user: undefined, fields: drafts };
  return { appLabel, constant, table: table.name, fields, user, ...rules, notes: [...notes, ...rules.notes] };
}
