import type { Database, RowValues } from "../../database/index.ts";
import type { Dependency } from "../operations.ts";
import { withPlaces } from "./placeholders.ts";
import { SchemaEditor } from "../schema/schema-editor.ts";

const table = "drf_auth_migration_steps";

/** A migration of which some steps are recorded. */
export interface Begun {
  readonly appLabel: string;
  readonly name: string;
  readonly way: "apply" | "undo";
  /** How many steps are done that way. */
  readonly done: number;
}

/** The migrations of which some steps are recorded. */
export async function begunOf(database: Database): Promise<readonly Begun[]> {
  if (!(await new SchemaEditor(database).columnsOf(table))) return [];
  const sql = `SELECT "app", "name", "way", count(*) FROM "${table}" GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
  const rows = await rowsOrNone(database, sql);
  return rows.map(([app, name, way, done]) => ({
    appLabel: String(app),
    name: String(name),
    way: way === "undo" ? "undo" : "apply",
    done: Number(done),
  }));
}

/** Who does not hold the lock may see the table go with what is finished, and who only serves need not have the right to read it. */
async function rowsOrNone(database: Database, sql: string): Promise<readonly RowValues[]> {
  try {
    return await database.run({ sql, isWrite: false }, []);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "42P01" || error.code === "42501")) return [];
    throw error;
  }
}

/** Which steps of a migration that is not atomic are done, in a table that is there only while one is not finished. */
export class Progress {
  readonly #database: Database;
  readonly #key: readonly string[];

  /** `way`: a migration that was left while it was undone is another than one that was left while it was applied. */
  constructor(database: Database, [app, name]: Dependency, way: Begun["way"]) {
    this.#database = database;
    this.#key = [app, name, way];
  }

  /** The sentences of the steps that are done, in their order. */
  async done(): Promise<readonly string[]> {
    if (!(await new SchemaEditor(this.#database).columnsOf(table))) return [];
    const sql = `SELECT "step" FROM "${table}" WHERE "app" = ? AND "name" = ? AND "way" = ? ORDER BY "number"`;
    const rows = await this.#database.run({ sql: this.#placed(sql), isWrite: false }, this.#key);
    return rows.map(([step]) => String(step));
  }

  /** Makes the table, for all to see. */
  async begin(): Promise<void> {
    await this.#database.outside(() => this.#makeTable());
    // A connection that found none before goes on finding none in its transaction, until it asks for a lock.
    await this.#database.run(
      { sql: 'LOCK TABLE "drf_auth_migrations" IN SHARE ROW EXCLUSIVE MODE', isWrite: true },
      [],
    );
  }

  async #makeTable(): Promise<void> {
    const text = "varchar(255) NOT NULL";
    const sql =
      `CREATE TABLE IF NOT EXISTS "${table}" ("app" ${text}, "name" ${text}, "way" ${text}, "number" integer NOT NULL, ` +
      '"step" text NOT NULL, PRIMARY KEY ("app", "name", "way", "number"))';
    await this.#database.run({ sql, isWrite: true }, []);
  }

  async add(steps: readonly string[], after: number): Promise<void> {
    const sql = `INSERT INTO "${table}" ("app", "name", "way", "number", "step") VALUES (?, ?, ?, ?, ?)`;
    for (const [index, step] of steps.entries()) {
      const values = [...this.#key, after + index, step];
      await this.#database.run({ sql: this.#placed(sql), isWrite: true }, values);
    }
  }

  /** Forgets all of it; the last that is forgotten takes the table along. */
  async forget(): Promise<void> {
    if (!(await new SchemaEditor(this.#database).columnsOf(table))) return;
    const sql = `DELETE FROM "${table}" WHERE "app" = ? AND "name" = ? AND "way" = ?`;
    await this.#database.run({ sql: this.#placed(sql), isWrite: true }, this.#key);
    const left = await this.#database.run({ sql: `SELECT 1 FROM "${table}" LIMIT 1`, isWrite: false }, []);
    if (left.length === 0) await this.#database.run({ sql: `DROP TABLE "${table}"`, isWrite: true }, []);
  }

  #placed(sql: string): string {
    return withPlaces(sql, this.#database.dialect);
  }
}
