import type { Database } from "../../database/index.ts";
import { indexName } from "./index-name.ts";
import { derivedName, type Renaming } from "./derived-name.ts";
import { quoted } from "./quoted.ts";
import type { Table } from "./table.ts";

/** An index that SQLite was told to make. */
interface FoundIndex {
  readonly name: string;
  readonly columns: readonly string[];
  readonly isUnique: boolean;
  /** Whether it is of whole columns, each ascending and in its own order of letters, of all rows. */
  readonly isPlain: boolean;
}

/** The indexes of SQLite's tables, found by what they are. */
export class SqliteIndexes {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The names of those that a model brings; others on the same columns are somebody else's. */
  async ownOf({ name, columns, uniqueTogether, indexes }: Table): Promise<ReadonlySet<string>> {
    const given = new Set(indexes.map((index) => index.name));
    const found = (await this.#on(name)).filter((index) => index.isPlain && !given.has(index.name));
    const wanted = [
      ...columns.filter(({ hasIndex }) => hasIndex).map((column) => ({ names: [column.name], isUnique: false })),
      ...uniqueTogether.map((names) => ({ names, isUnique: true })),
    ];
    const own = wanted.flatMap(({ names, isUnique }) => {
      const same = found.filter((one) => one.isUnique === isUnique && one.columns.join("\n") === names.join("\n"));
      const derived = indexName(name, names, isUnique ? "_uniq" : "", "sqlite");
      return (same.find((one) => one.name === derived) ?? same[0])?.name ?? [];
    });
    return new Set([...given, ...own]);
  }

  /** Makes anew what is named after a table and its columns, with the name that goes with those of now; other names stay. */
  async renameAlong(renaming: Renaming, given: readonly string[]): Promise<void> {
    for (const { name, columns, isUnique, isPlain } of await this.#on(renaming.table)) {
      const to = isPlain ? derivedName(name, columns, renaming, [isUnique ? "_uniq" : ""], "sqlite") : undefined;
      if (to === undefined || given.includes(name) || (await this.#isTaken(to))) continue;
      const listed = columns.map(quoted).join(", ");
      await this.#run(`DROP INDEX ${quoted(name)}`);
      await this.#run(
        `CREATE ${isUnique ? "UNIQUE " : ""}INDEX ${quoted(to)} ON ${quoted(renaming.table)} (${listed})`,
      );
    }
  }

  async #isTaken(name: string): Promise<boolean> {
    return (await this.#rows("SELECT 1 FROM sqlite_master WHERE name = ?", [name])).length > 0;
  }

  async #on(table: string): Promise<readonly FoundIndex[]> {
    const info = "FROM pragma_index_xinfo(list.name) WHERE key = 1";
    const sql =
      `SELECT list.name, (SELECT json_group_array(name) ${info}), list."unique", ` +
      `list.partial = 0 AND NOT EXISTS (SELECT 1 ${info} AND ("desc" = 1 OR coll <> 'BINARY' OR name IS NULL)) ` +
      "FROM pragma_index_list(?) list WHERE list.origin = 'c' ORDER BY list.seq DESC";
    return (await this.#rows(sql, [table])).map(([name, columns, isUnique, isPlain]) => ({
      name: String(name),
      columns: JSON.parse(String(columns)) as readonly string[],
      isUnique: isUnique === 1,
      isPlain: isPlain === 1,
    }));
  }

  async #rows(sql: string, values: readonly string[]) {
    return this.#database.run({ sql, isWrite: false }, values);
  }

  async #run(sql: string): Promise<void> {
    await this.#database.run({ sql, isWrite: true }, []);
  }
}
