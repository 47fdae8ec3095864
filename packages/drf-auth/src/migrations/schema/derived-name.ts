import type { Dialect } from "../../database/index.ts";
import { indexName } from "./index-name.ts";

/** Where something is now, and where it was before a table or a column of it had another name. */
export interface Renaming {
  readonly table: string;
  readonly tableBefore: string;
  readonly column?: string;
  readonly columnBefore?: string;
}

/** The name of a column before. */
export function columnBefore(name: string, { column, columnBefore: before }: Renaming): string {
  return name === column && before !== undefined ? before : name;
}

/** The name of now, where one is that which was derived before; `endings` may differ too. */
export function derivedName(
  name: string,
  columns: readonly string[],
  renaming: Renaming,
  endings: readonly (string | readonly [before: string, now: string])[],
  dialect: Dialect = "postgresql",
): string | undefined {
  const before = columns.map((column) => columnBefore(column, renaming));
  for (const ending of endings) {
    const [old, now] = typeof ending === "string" ? [ending, ending] : ending;
    if (name !== indexName(renaming.tableBefore, before, old, dialect)) continue;
    const to = indexName(renaming.table, columns, now, dialect);
    return to === name ? undefined : to;
  }
  return undefined;
}
