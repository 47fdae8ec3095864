import type { Target } from "./drafts.ts";
import { type FoundTable, isPlain } from "./found-table.ts";
import { fieldName } from "./names.ts";
import { type InspectionContext, type NamedTable, type NamedTables, targetOf } from "./named-table.ts";

/** A table that joins two models as a relation of many to many does. */
export interface JoinTable {
  readonly table: FoundTable;
  /** The model that has the relation. */
  readonly source: NamedTable;
  /** What the relation is called. */
  readonly name: string;
  readonly target: Target;
}

/** Tells a table that only joins two others from one that is more, or that has its columns named otherwise. */
export function joinTableOf(own: NamedTable, named: NamedTables, context: InspectionContext): JoinTable | undefined {
  const { table, key } = own;
  const [first, second, ...more] = table.columns.filter((column) => column !== key);
  const isPair = table.indexes.some((index) => index.isUnique && isPlain(index) && index.columns.length === 2);
  if (!key.isCounted || key.name !== "id" || !first || !second || more.length > 0 || !isPair) return undefined;
  const [from, to] = [first, second].map(({ name }) => table.references.find(({ columns }) => columns.join() === name));
  const source = named.get(from?.table ?? "");
  if (!from || !to || !source || source === own || first.isNull || second.isNull) return undefined;
  const target = targetOf(to, source, named, context);
  const other = named.get(to.table)?.constant ?? context.metas.get(to.table)?.objectName;
  if (!target || other === undefined) return undefined;
  // Django names the columns after the models, and so does a relation of ours.
  const [its, others] = [source.constant.toLowerCase(), other.toLowerCase()];
  const expected = its === others ? [`from_${its}_id`, `to_${its}_id`] : [`${its}_id`, `${others}_id`];
  if (first.name !== expected[0] || second.name !== expected[1]) return undefined;
  const start = `${source.table.name}_`;
  const name = fieldName(table.name.startsWith(start) ? table.name.slice(start.length) : table.name);
  return { table, source, target, name };
}
