import { AsyncLocalStorage } from "node:async_hooks";
import { type ClientConfig, type CustomTypesConfig, Pool, type PoolClient } from "pg";
import { ImproperlyConfigured, ValidationError } from "../../errors.ts";
import { resolveOptions } from "../../settings.ts";
import { type Database, type StatementEvent, statementChannel } from "../database.ts";
import type { RowValues, SqlValue, Statement } from "../statement.ts";
import { Transaction } from "../transaction.ts";
import { translated } from "./driver-error.ts";
import { postgresqlDefaults, type PostgresqlOptions, sessionSettings } from "./postgresql-options.ts";
import { storedForm } from "./stored-form.ts";

/** A server would keep the plans of every statement for every connection: what comes after these is planned each time. */
const maxPreparedStatements = 500;

/** A transaction on the connection that it holds. */
interface Held {
  readonly transaction: Transaction;
  /** The connection on which it has begun; undefined before its first statement. */
  client: Promise<PoolClient> | undefined;
  /** Settles when the last statement that was asked for has run: one connection runs one at a time. */
  last: Promise<unknown>;
  /** Whether the connection is held without a transaction. */
  readonly isOutside?: true;
}

/** A PostgreSQL server behind a pool of connections. */
export class PostgresqlDatabase implements Database {
  readonly dialect = "postgresql";
  readonly location: string;
  readonly #pool: Pool;
  readonly #options: PostgresqlOptions;
  readonly #names = new Map<string, string>();
  readonly #current = new AsyncLocalStorage<Held>();

  constructor(server: ClientConfig, given: Partial<PostgresqlOptions> = {}) {
    const options = resolveOptions("The PostgreSQL database", postgresqlDefaults, given);
    const { host = "localhost", port = 5432, database = "" } = server;
    this.location = host.startsWith("/") ? `${database} at ${host}` : `${host}:${port}/${database}`;
    this.#options = options;
    this.#pool = new Pool({
      application_name: "drf-auth",
      keepAlive: true,
      ...server,
      max: options.poolSize,
      connectionTimeoutMillis: options.busySeconds * 1000,
      idleTimeoutMillis: 60_000,
      onConnect: (client) => client.query(sessionSettings(options)).then(() => {}),
    });
    // Unheard, either would end the process. Who waits for a statement is told by that.
    this.#pool.on("error", options.onLostConnection);
    this.#pool.on("connect", (client) => void client.on("error", () => {}));
  }

  run(statement: Statement, values: readonly SqlValue[]): Promise<readonly RowValues[]> {
    const held = this.#current.getStore();
    return held ? this.#runWithin(held, statement, values) : this.#query(this.#pool, statement, values);
  }

  async transaction<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const outer = this.#current.getStore();
    if (outer && !outer.isOutside) return this.#savepoint(outer, work);
    const transaction = new Transaction();
    return transaction.settled(this.#atomic(work, transaction));
  }

  get transactionState(): Database["transactionState"] {
    const held = this.#current.getStore();
    if (!held) return "none";
    return held.client || held.transaction.isWaitedFor ? "begun" : "waiting";
  }

  onCommit(work: () => unknown): void {
    this.#mustBeWithin("onCommit").onCommit(work);
  }

  onRollback(work: () => unknown): void {
    this.#mustBeWithin("onRollback").onRollback(work);
  }

  /** Runs a change of tables in a transaction, which waits for those of other processes. */
  async alterTables<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    if (this.#current.getStore()) throw new Error("Tables cannot be altered within a transaction.");
    return this.transaction(async () => {
      // Another process may take long to migrate: this one waits as long as that takes.
      await this.run({ sql: "SET LOCAL lock_timeout = 0", isWrite: true }, []);
      await this.run({ sql: "SET LOCAL statement_timeout = 0", isWrite: true }, []);
      await this.lock("drf-auth migrate");
      return work();
    });
  }

  async outside<Result>(work: () => Promise<Result>): Promise<Result> {
    // The last statement of an open transaction keeps its snapshot, for which a concurrent index would wait for ever.
    const outer = this.#current.getStore();
    if (outer && this.#options.poolSize < 2) {
      throw new ImproperlyConfigured(
        "A migration that is not atomic needs two connections: set database.poolSize to 2.",
      );
    }
    if (outer?.client) await this.#execute((await outer.last, await outer.client), "SELECT 1");
    const client = await this.#connect();
    const held: Held = {
      transaction: new Transaction(),
      client: Promise.resolve(client),
      last: Promise.resolve(),
      isOutside: true,
    };
    try {
      await this.#execute(client, "SET statement_timeout TO 0; SET lock_timeout TO 0");
      return await this.#current.run(held, work);
    } finally {
      held.transaction.end();
      await held.last;
      // Its settings are no others' then.
      client.release(true);
    }
  }

  async lock(name: string): Promise<void> {
    this.#mustBeWithin("lock");
    await this.run({ sql: "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", isWrite: true }, [name]);
  }

  async close(): Promise<void> {
    if (this.#current.getStore()) throw new Error("The database cannot be closed within a transaction.");
    await this.#pool.end();
  }

  #mustBeWithin(what: string): Transaction {
    const held = this.#current.getStore();
    if (held) return held.transaction;
    throw new Error(`${what} belongs into a transaction.`);
  }

  async #atomic<Result>(work: () => Result | Promise<Result>, transaction: Transaction): Promise<Result> {
    const held: Held = { transaction, client: undefined, last: Promise.resolve() };
    try {
      const result = await this.#current.run(held, work);
      transaction.mustBeDone();
      transaction.end();
      await held.last;
      const client = await held.client;
      const ended = client && (await this.#execute(client, "COMMIT"));
      // A failure that was caught has spoilt it all the same, and the server would undo it without a word.
      if (ended === "ROLLBACK")
        throw new Error(
          "The transaction was undone, for a statement in it failed. Run what may fail in a transaction within it.",
        );
      client?.release();
      return result;
    } catch (error) {
      transaction.end();
      await held.last;
      await this.#undo(held);
      throw error;
    }
  }

  /** The connection of a transaction, on which that has begun. */
  #begun(held: Held): Promise<PoolClient> {
    held.client ??= this.#begin();
    return held.client;
  }

  async #begin(): Promise<PoolClient> {
    const client = await this.#connect();
    try {
      await this.#execute(client, "BEGIN");
      return client;
    } catch (error) {
      client.release(error instanceof Error ? error : true);
      throw error;
    }
  }

  async #undo({ client: begun }: Held): Promise<void> {
    // Where it could not begin, its first statement has failed with that.
    const client = await begun?.catch(() => undefined);
    const lost =
      client &&
      (await this.#execute(client, "ROLLBACK").then(
        () => undefined,
        (failure: Error) => failure,
      ));
    client?.release(lost);
  }

  async #savepoint<Result>(outer: Held, work: () => Result | Promise<Result>): Promise<Result> {
    while (outer.transaction.nested) await outer.transaction.nested;
    outer.transaction.mustBeOpen();
    const savepoint = new Transaction(outer.transaction);
    const { promise, resolve } = Promise.withResolvers<void>();
    outer.transaction.nested = promise;
    const name = `s${savepoint.depth}`;
    const held: Held = { transaction: savepoint, client: undefined, last: outer.last };
    try {
      held.client = this.#begun(outer);
      const client = await held.client;
      await outer.last;
      await this.#execute(client, `SAVEPOINT ${name}`);
      const result = await this.#current.run(held, work);
      savepoint.mustBeDone();
      await held.last;
      await this.#execute(client, `RELEASE ${name}`);
      await savepoint.committed();
      return result;
    } catch (error) {
      await held.last;
      const client = await held.client?.catch(() => undefined);
      if (client && outer.transaction.isOpen) await this.#execute(client, `ROLLBACK TO ${name}; RELEASE ${name}`);
      await savepoint.rolledBack();
      throw error;
    } finally {
      savepoint.end();
      outer.transaction.nested = undefined;
      resolve();
    }
  }

  /** While a savepoint is open within, what is outside of it waits: it would be undone with it otherwise. */
  async #runWithin(held: Held, statement: Statement, values: readonly SqlValue[]): Promise<readonly RowValues[]> {
    const { transaction } = held;
    transaction.mustBeOpen();
    while (transaction.nested) await transaction.nested;
    transaction.mustBeOpen();
    const ran = held.last.then(async () => this.#query(await this.#begun(held), statement, values));
    held.last = ran.catch(() => {});
    return ran;
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw translated(error);
    }
  }

  async #query(
    client: Pool | PoolClient,
    { sql, hasNames }: Statement,
    values: readonly SqlValue[],
  ): Promise<readonly RowValues[]> {
    for (const value of values) {
      if (typeof value === "string" && value.includes("\0"))
        throw new ValidationError("Null characters are not allowed.");
    }
    const started = performance.now();
    const name = this.#nameOf(sql);
    try {
      const { rows, fields } = await client.query<SqlValue[]>({
        text: sql,
        values: values as SqlValue[],
        rowMode: "array",
        types: storedForm as CustomTypesConfig,
        ...(name !== undefined && { name }),
      });
      return hasNames ? [fields.map((field) => field.name), ...rows] : rows;
    } catch (error) {
      throw translated(error);
    } finally {
      this.#observe(sql, performance.now() - started);
    }
  }

  /** Runs what takes no values and gives no rows; gives what the server says that it did. */
  async #execute(client: PoolClient, sql: string): Promise<string> {
    const started = performance.now();
    try {
      return (await client.query(sql)).command;
    } catch (error) {
      throw translated(error);
    } finally {
      this.#observe(sql, performance.now() - started);
    }
  }

  #nameOf(sql: string): string | undefined {
    if (!this.#options.hasPreparedStatements) return undefined;
    const known = this.#names.get(sql);
    if (known !== undefined || this.#names.size >= maxPreparedStatements) return known;
    const name = `d${this.#names.size}`;
    this.#names.set(sql, name);
    return name;
  }

  #observe(sql: string, milliseconds: number): void {
    if (statementChannel.hasSubscribers) statementChannel.publish({ sql, milliseconds } satisfies StatementEvent);
    if (milliseconds > this.#options.slowStatementMilliseconds) this.#options.onSlowStatement({ sql, milliseconds });
  }
}
