import type { Database, RowValues, SqlValue, Statement } from "../database/index.ts";
import { djangoMigrationsOf } from "./django-migrations.ts";
import { type Dependency } from "./operations.ts";
import { dependencyOn, keyOf } from "./own-migrations.ts";
import type { FileStep, Plan } from "./plan.ts";
import { Recorder } from "./recorder.ts";
import { SchemaEditor, type Step } from "./schema-editor.ts";
import type { Selected } from "./selection.ts";
import { undoing } from "./steps.ts";

export interface SqlOptions {
  readonly database: Database;
  readonly userName: string;
}

/** The SQL that leads to where a plan does, for whom the tables are changed by others: a line a statement. */
export async function sqlOf(
  { django, own }: Plan,
  { undone, applied }: Selected,
  { database, userName }: SqlOptions,
): Promise<readonly string[]> {
  const collected = new CollectingDatabase(database);
  const lines: string[] = [];
  const collect = async (title: string, work: (editor: SchemaEditor) => Promise<void>, isAtomic = true) => {
    const isInTransaction = isAtomic || database.dialect === "sqlite";
    const editor = new SchemaEditor(collected, isInTransaction);
    await work(editor);
    await editor.finish();
    const statements = collected.take();
    lines.push(`-- ${title}`, ...(isInTransaction ? ["BEGIN;", ...statements, "COMMIT;"] : statements));
  };
  if (database.dialect === "sqlite") lines.push("PRAGMA foreign_keys = OFF;");
  await collect("The tables that say what is applied", async () => {
    await new Recorder(collected, "django_migrations").makeTable();
    await new Recorder(collected, "drf_auth_migrations").makeTable();
  });
  for (const { file, steps } of undone) {
    const work = async (editor: SchemaEditor) => {
      await apply(editor, undoing(steps, file.path), { collected, userName, path: file.path });
      const [app, name] = [file.appLabel, file.name].map(text);
      collected.add(`DELETE FROM "drf_auth_migrations" WHERE "app" = ${app} AND "name" = ${name}`);
    };
    await collect(`Undo ${file.key}`, work, file.migration.isAtomic);
  }
  for (const { appLabel, tables } of django) {
    await collect(`Django's tables of ${appLabel}`, async (editor) => {
      for (const table of tables) await editor.createTable(table);
      for (const name of djangoMigrationsOf(appLabel)) collected.add(recorded("django_migrations", [appLabel, name]));
    });
  }
  for (const { migration, tables } of own) {
    await collect(`drf-auth's own tables (${keyOf(migration)})`, async (editor) => {
      for (const table of tables) await editor.createTable(table);
      collected.add(recorded("drf_auth_migrations", dependencyOn(migration)));
    });
  }
  for (const step of applied)
    await collect(step.file.key, (editor) => forwards(editor, step, collected, userName), step.file.migration.isAtomic);
  if (database.dialect === "sqlite") lines.push("PRAGMA foreign_key_check;", "PRAGMA foreign_keys = ON;");
  lines.push("-- npx drf-auth migrate then adds the permissions of new models, and finds nothing else to do.");
  return lines;
}

async function forwards(
  editor: SchemaEditor,
  { file, steps }: FileStep,
  collected: CollectingDatabase,
  userName: string,
): Promise<void> {
  await apply(editor, steps, { collected, userName, path: file.path });
  collected.add(recorded("drf_auth_migrations", [file.appLabel, file.name]));
}

async function apply(
  editor: SchemaEditor,
  steps: readonly Step[],
  {
    collected,
    userName,
    path,
  }: { readonly collected: CollectingDatabase; readonly userName: string; readonly path: string },
): Promise<void> {
  for (const step of steps) {
    if (step.operation.type === "runCode")
      collected.note(`${path} runs code here, which is not SQL: only migrate runs it.`);
    else await editor.apply(step, userName);
  }
}

function recorded(table: string, [app, name]: Dependency): string {
  return `INSERT INTO "${table}" ("app", "name", "applied") VALUES (${text(app)}, ${text(name)}, CURRENT_TIMESTAMP)`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Reads from a database, and keeps what would be written to it as text. */
class CollectingDatabase implements Database {
  readonly dialect: Database["dialect"];
  readonly location: string;
  readonly #database: Database;
  #statements: string[] = [];

  constructor(database: Database) {
    this.#database = database;
    this.dialect = database.dialect;
    this.location = database.location;
  }

  get transactionState(): Database["transactionState"] {
    return this.#database.transactionState;
  }

  run(statement: Statement, values: readonly SqlValue[]): readonly RowValues[] | Promise<readonly RowValues[]> {
    if (!statement.isWrite) return this.#database.run(statement, values);
    if (values.length > 0) throw new TypeError(`What is written as text takes no values: ${statement.sql}`);
    this.add(statement.sql);
    return [];
  }

  async script(sql: string): Promise<void> {
    this.add(sql);
  }

  add(sql: string): void {
    this.#statements.push(`${sql.replace(/;\s*$/, "")};`);
  }

  note(comment: string): void {
    this.#statements.push(`-- ${comment}`);
  }

  take(): readonly string[] {
    const taken = this.#statements;
    this.#statements = [];
    return taken;
  }

  async transaction<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    return work();
  }

  async alterTables<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    return work();
  }

  outside<Result>(work: () => Promise<Result>): Promise<Result> {
    return work();
  }

  lock(): void {}

  onCommit(): void {}

  onRollback(): void {}

  async close(): Promise<void> {}
}
