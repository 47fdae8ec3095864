import type { Database } from "../database/index.ts";
import { currentTime, fieldKinds } from "../models/index.ts";
import type { Dependency } from "./operations.ts";

/** Which migrations were applied, in a table of Django's shape. */
export class Recorder {
  readonly #database: Database;
  readonly #table: "django_migrations" | "drf_auth_migrations";

  /** Django's own applications are recorded in Django's table, where `manage.py migrate` looks; the project's in ours. */
  constructor(database: Database, table: "django_migrations" | "drf_auth_migrations") {
    this.#database = database;
    this.#table = table;
  }

  async makeTable(): Promise<void> {
    const sql =
      `CREATE TABLE IF NOT EXISTS "${this.#table}" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, ` +
      `"app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL)`;
    await this.#database.run({ sql, isWrite: true }, []);
  }

  /** The applied migrations as `app.name`; none where there is no table yet. */
  async applied(): Promise<ReadonlySet<string>> {
    const known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?";
    if ((await this.#database.run({ sql: known, isWrite: false }, [this.#table])).length === 0) return new Set();
    const rows = await this.#database.run({ sql: `SELECT "app", "name" FROM "${this.#table}"`, isWrite: false }, []);
    return new Set(rows.map(([app, name]) => `${app}.${name}`));
  }

  async record([app, name]: Dependency): Promise<void> {
    const sql = `INSERT INTO "${this.#table}" ("app", "name", "applied") VALUES (?, ?, ?)`;
    const now = fieldKinds.dateTime.toDatabase?.(currentTime(), {}) ?? currentTime();
    await this.#database.run({ sql, isWrite: true }, [app, name, now]);
  }
}
