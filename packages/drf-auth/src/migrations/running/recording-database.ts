import type { Database, RowValues, SqlValue, Statement } from "../../database/index.ts";

/** Runs what it is asked on a scratch copy of a database, and keeps what was written as text, its values in it. */
export class RecordingDatabase implements Database {
  readonly dialect: Database["dialect"];
  readonly location: string;
  readonly #scratch: Database;
  #statements: string[] = [];
  #isSaid = true;
  #isDone = true;

  constructor(scratch: Database, location: string) {
    this.#scratch = scratch;
    this.dialect = scratch.dialect;
    this.location = location;
  }

  get transactionState(): Database["transactionState"] {
    return this.#scratch.transactionState;
  }

  async run(statement: Statement, values: readonly SqlValue[]): Promise<readonly RowValues[]> {
    if (!statement.isWrite) return this.#scratch.run(statement, values);
    const rows = this.#isDone ? await this.#scratch.run(statement, values) : [];
    this.#say(withValues(statement.sql, values, this.dialect));
    return rows;
  }

  async script(sql: string): Promise<void> {
    this.#say(sql);
    if (this.dialect === "sqlite") return this.#scratch.script(sql);
    await this.#within(withoutEnd(sql)).catch(mayBeLeft);
    // A row that was added may refer to one that is not copied. What cannot be emptied goes with the copy all the same.
    await this.#within(emptied).catch(() => {});
  }

  async #within(sql: string): Promise<void> {
    await this.#scratch.transaction(() => this.#scratch.run({ sql, isWrite: true }, []));
  }

  /** Has what runs in work only said, not done: the form that PostgreSQL takes in no transaction. */
  async sayOnly(work: () => Promise<void>): Promise<void> {
    this.#isDone = false;
    await work().finally(() => (this.#isDone = true));
  }

  /** Has what runs in work only done, not said. */
  async doOnly(work: () => Promise<void>): Promise<void> {
    this.#isSaid = false;
    await work().finally(() => (this.#isSaid = true));
  }

  note(comment: string): void {
    this.#statements.push(`-- ${comment}`);
  }

  take(): readonly string[] {
    return this.#statements.splice(0);
  }

  #say(sql: string): void {
    if (this.#isSaid) this.#statements.push(`${sql.replace(/[;\s]+$/, "")};`);
  }

  async transaction<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    return this.#scratch.transaction(work);
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

/** Removes the rows of the scratch schema, but for those that say what is applied. */
const emptied =
  "DO $$ DECLARE one text; BEGIN FOR one IN SELECT relname FROM pg_class WHERE relkind = 'r' AND " +
  "relnamespace = current_schema()::regnamespace AND relname !~ '^(django|drf_auth)_' LOOP " +
  "EXECUTE format('DELETE FROM %I', one); END LOOP; END $$";

/** In a block of its own no text can end the transaction that is undone in the end. */
function withoutEnd(sql: string): string {
  return `DO $drf_auth_block$ BEGIN EXECUTE $drf_auth_text$${sql}$drf_auth_text$; END $drf_auth_block$`;
}

/** What runs in no transaction, such as an index that is made concurrently, is said all the same. */
function mayBeLeft(error: unknown): void {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "25001") throw error;
}

/** A statement with its values where they are bound; what stands in quotes is left alone. */
function withValues(sql: string, values: readonly SqlValue[], dialect: Database["dialect"]): string {
  if (values.length === 0) return sql;
  let count = 0;
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)|\?/g, (found, number: string | undefined) => {
    if (/^['"]/.test(found)) return found;
    return literal(values[number === undefined ? (count += 1) - 1 : Number(number) - 1] ?? null, dialect);
  });
}

function literal(value: SqlValue, dialect: Database["dialect"]): string {
  if (value === null) return "NULL";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  const digits = Buffer.from(value).toString("hex");
  return dialect === "sqlite" ? `x'${digits}'` : `'\\x${digits}'`;
}
