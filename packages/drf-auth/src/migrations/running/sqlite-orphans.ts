import type { Database } from "../../database/index.ts";
import type { Step } from "../schema/schema-editor.ts";

/** Rows of a table that refer to rows which are not there. */
export interface Orphans {
  readonly table: string;
  readonly column: string;
  readonly parent: string;
  readonly rowids: readonly string[];
}

/** What refers to nothing in a database of SQLite, which looks only when it is asked while tables are changed. */
export async function orphansOf(database: Database): Promise<readonly Orphans[]> {
  if (database.dialect !== "sqlite") return [];
  const sql =
    'SELECT found."table", (SELECT group_concat(key."from") FROM pragma_foreign_key_list(found."table") key ' +
    "WHERE key.id = found.fkid), found.parent, json_group_array(found.rowid) FROM pragma_foreign_key_check found GROUP BY 1, 2, 3";
  const rows = await database.run({ sql, isWrite: false }, []);
  return rows.map(([table, column, parent, rowids]) => ({
    table: String(table),
    column: String(column),
    parent: String(parent),
    rowids: (JSON.parse(String(rowids)) as readonly unknown[]).map(String),
  }));
}

/** Those that were not there before some steps, which may have given tables other names. */
export function newOrphans(
  now: readonly Orphans[],
  before: readonly Orphans[],
  steps: readonly Step[],
): readonly Orphans[] {
  const tableNow = (name: string): string => steps.reduce((table, step) => renamed(table, step), name);
  const known = new Set(
    before.flatMap(({ table, parent, rowids }) =>
      rowids.map((id) => [tableNow(table), tableNow(parent), id].join("\n")),
    ),
  );
  return now.flatMap((one) => {
    const rowids = one.rowids.filter((id) => !known.has([one.table, one.parent, id].join("\n")));
    return rowids.length === 0 ? [] : [{ ...one, rowids }];
  });
}

/** Says where they are, as in "notes_note.owner_id refers to rows of …". */
export function sentenceOfOrphans({ table, column, parent, rowids }: Orphans): string {
  const shown = rowids.slice(0, 5).join(", ") + (rowids.length > 5 ? `, and ${rowids.length - 5} more` : "");
  return `${table}.${column} refers to rows of ${parent} that do not exist, in the rows with rowid ${shown}`;
}

function renamed(table: string, { operation, before }: Step): string {
  if (operation.type === "renameModel") return before.get(operation.name)?.table === table ? operation.table : table;
  if (operation.type === "alterTable") return before.get(operation.model)?.table === table ? operation.table : table;
  return table;
}
