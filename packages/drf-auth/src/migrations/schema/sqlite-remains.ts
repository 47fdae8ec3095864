import type { Database, RowValues } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { checksOf, withoutTexts } from "./sqlite-checks.ts";
import type { Column, Table } from "./table.ts";

/** What a table has that a model does not say, which would be lost where the table is made anew from the model alone. */
export class SqliteRemains {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * The columns of the later table with what the earlier one has beside them: defaults, and what is done with a row when
   * the one goes that it refers to.
   *
   * @throws {ImproperlyConfigured} when the table has more than that.
   */
  async columnsWith(before: Table, after: Table): Promise<readonly Column[]> {
    const listed = await this.#rows("SELECT name, dflt_value, hidden FROM pragma_table_xinfo(?)", before.name);
    const references = await this.#rows(
      'SELECT id, "from", "table", on_update, on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq',
      before.name,
    );
    const lost = [
      ...unknownColumns(listed, before, after),
      ...unknownReferences(references, before),
      ...(await this.#unknownSets(before)),
      ...(await this.#unsaid(before, after)),
    ];
    if (lost.length > 0) throw wouldLose(before.name, lost);
    const defaults = new Map(listed.flatMap(([name, text]) => (text === null ? [] : [[String(name), String(text)]])));
    const actions = new Map(references.map(([, from, , onUpdate, onDelete]) => [String(from), { onUpdate, onDelete }]));
    return after.columns.map((column) => {
      const standing = defaults.get(column.name);
      const action = actions.get(column.name);
      const isActing = (what: unknown): boolean => what !== undefined && what !== "NO ACTION";
      return {
        ...column,
        ...(standing !== undefined && { default: standing }),
        ...(column.references && {
          references: {
            ...column.references,
            ...(isActing(action?.onUpdate) && { onUpdate: String(action?.onUpdate) }),
            ...(isActing(action?.onDelete) && { onDelete: String(action?.onDelete) }),
          },
        }),
      };
    });
  }

  /** Sets of columns that are unique in the table's own text, which no statement makes anew. */
  async #unknownSets({ name, columns, uniqueTogether, indexes }: Table): Promise<readonly string[]> {
    const rows = await this.#rows(
      "SELECT (SELECT group_concat(name, char(10)) FROM pragma_index_info(list.name)) FROM pragma_index_list(?) list " +
        "WHERE list.origin = 'u'",
      name,
    );
    const known = new Set([
      ...columns.filter(({ isUnique, isPrimaryKey }) => isUnique || isPrimaryKey).map((column) => column.name),
      ...uniqueTogether.map((names) => names.toSorted().join("\n")),
      ...indexes
        .filter(({ isUnique }) => isUnique)
        .map((index) =>
          index.columns
            .map((one) => one.name)
            .toSorted()
            .join("\n"),
        ),
    ]);
    return rows
      .map(([names]) => String(names).split("\n"))
      .filter((names) => !known.has(names.toSorted().join("\n")))
      .map((names) => `what is unique in ${names.join(", ")}`);
  }

  /** What only the table's own text says. */
  async #unsaid(before: Table, after: Table): Promise<readonly string[]> {
    const [[text, isWithoutRowid, isStrict] = []] = await this.#rows(
      "SELECT main.sql, list.wr, list.strict FROM sqlite_master main JOIN pragma_table_list list ON list.name = main.name " +
        "WHERE main.type = 'table' AND main.name = ? AND list.schema = 'main'",
      before.name,
    );
    const sql = String(text);
    const orders = [...withoutTexts(sql).matchAll(/\bcollate\s+(\w+)/gi)].flatMap(([, order = ""]) =>
      order.toLowerCase() === "binary" ? [] : [`an order of letters of its own (COLLATE ${order})`],
    );
    const names = new Set([...before.checks, ...after.checks].map(({ name }) => name));
    const texts = new Set(
      [...before.columns.map(({ check }) => check), ...before.checks.map((one) => one.sql)].map(plain),
    );
    const checks = checksOf(sql).filter(
      (check) => !(check.name !== undefined && names.has(check.name)) && !texts.has(plain(check.sql)),
    );
    return [
      ...orders,
      ...checks.map((check) => `the check ${check.name ?? check.sql}`),
      ...(isWithoutRowid === 1 ? ["no numbers of rows (WITHOUT ROWID)"] : []),
      ...(isStrict === 1 ? ["strict types (STRICT)"] : []),
    ];
  }

  async #rows(sql: string, table: string): Promise<readonly RowValues[]> {
    return this.#database.run({ sql, isWrite: false }, [table]);
  }
}

function unknownColumns(listed: readonly RowValues[], before: Table, after: Table): readonly string[] {
  const known = new Set([...before.columns, ...after.columns].map(({ name }) => name.toLowerCase()));
  return listed.flatMap(([name, , hidden]) => {
    if (hidden !== 0) return [`the column ${String(name)}, which the database computes`];
    return known.has(String(name).toLowerCase()) ? [] : [`the column ${String(name)}`];
  });
}

function unknownReferences(references: readonly RowValues[], { columns }: Table): readonly string[] {
  const known = new Map(columns.map((column) => [column.name, column.references?.table]));
  return [...Map.groupBy(references, ([id]) => id).values()].flatMap((parts) => {
    const [[, from, table] = []] = parts;
    const isKnown = parts.length === 1 && known.get(String(from)) === String(table);
    return isKnown ? [] : [`the reference of ${parts.map(([, own]) => String(own)).join(", ")} to ${String(table)}`];
  });
}

function wouldLose(table: string, lost: readonly string[]): ImproperlyConfigured {
  return new ImproperlyConfigured(
    `${table} has what its model does not say: ${lost.join("; ")}. SQLite changes a table by making it anew, and that would ` +
      "be lost. Say it in the model (inspectdb writes checks and indexes), or change the table with runSql.",
  );
}

/** SQL without what its writer may have chosen: brackets around all, quotes, spaces, the case of letters. */
function plain(sql: string | undefined): string {
  return (sql ?? "").replaceAll(/[\s"`()[\]]/g, "").toLowerCase();
}
