import { AsyncLocalStorage } from "node:async_hooks";
import { type ClientConfig, Pool, type PoolClient } from "pg";
import { ImproperlyConfigured } from "../../errors.ts";
import { resolveOptions } from "../../settings.ts";
import { type Database, TransactionEnded } from "../database.ts";
import type { RowValues, SqlValue, Statement } from "../statement.ts";
import { Transaction } from "../transaction.ts";
import { translated } from "./driver-error.ts";
import { postgresqlDefaults, type PostgresqlOptions, sessionSettings } from "./postgresql-options.ts";
import { endedWithin, mustBeKept, StatementRunner } from "./statement-runner.ts";

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
  readonly #statements: StatementRunner;
  readonly #current = new AsyncLocalStorage<Held>();

  constructor(server: ClientConfig, given: Partial<PostgresqlOptions> = {}) {
    const options = resolveOptions("The PostgreSQL database", postgresqlDefaults, given);
    const { host = "localhost", port = 5432, database = "" } = server;
    this.location = host.startsWith("/") ? `${database} at ${host}` : `${host}:${port}/${database}`;
    this.#options = options;
    this.#statements = new StatementRunner(options);
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
    return held
      ? this.#runWithin(held, (client) => this.#statements.query(client, statement, values))
      : this.#statements.query(this.#pool, statement, values);
  }

  async transaction<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const outer = this.#current.getStore();
    if (outer) return this.#within(outer, work);
    const transaction = new Transaction();
    return transaction.settled(this.#atomic(work, transaction));
  }

  async script(sql: string): Promise<void> {
    const held = this.#current.getStore();
    if (!held) return this.transaction(() => this.script(sql));
    if (!held.isOutside) return this.transaction(() => this.#scriptWithin(sql));
    await this.#scriptWithin(sql);
    const client = await this.#begun(held);
    if (client.getTransactionStatus() === "I") return;
    await this.#statements.execute(client, "ROLLBACK");
    throw new TransactionEnded(undefined);
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
    if (outer?.client) await this.#statements.execute((await outer.last, await outer.client), "SELECT 1");
    const client = await this.#connect();
    const held: Held = {
      transaction: new Transaction(),
      client: Promise.resolve(client),
      last: Promise.resolve(),
      isOutside: true,
    };
    try {
      await this.#statements.execute(client, "SET statement_timeout TO 0; SET lock_timeout TO 0");
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
      if (client) mustBeKept(await this.#statements.execute(client, "COMMIT"));
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
      await this.#statements.execute(client, "BEGIN");
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
      (await this.#statements.execute(client, "ROLLBACK").then(
        () => undefined,
        (failure: Error) => failure,
      ));
    client?.release(lost);
  }

  /** A savepoint of a transaction, or a transaction on the connection of what runs outside of one. */
  async #within<Result>(outer: Held, work: () => Result | Promise<Result>): Promise<Result> {
    while (outer.transaction.nested) await outer.transaction.nested;
    outer.transaction.mustBeOpen();
    const inner = new Transaction(outer.isOutside ? undefined : outer.transaction);
    const { promise, resolve } = Promise.withResolvers<void>();
    outer.transaction.nested = promise;
    const name = `s${inner.depth}`;
    const [begin, keep, undo] = outer.isOutside
      ? (["BEGIN", "COMMIT", "ROLLBACK"] as const)
      : ([`SAVEPOINT ${name}`, `RELEASE ${name}`, `ROLLBACK TO ${name}; RELEASE ${name}`] as const);
    const held: Held = { transaction: inner, client: undefined, last: outer.last };
    try {
      held.client = this.#begun(outer);
      const client = await held.client;
      await outer.last;
      await this.#statements.execute(client, begin);
      const result = await this.#current.run(held, work);
      inner.mustBeDone();
      await held.last;
      mustBeKept(await this.#statements.execute(client, keep).catch(endedWithin()));
      await inner.committed();
      return result;
    } catch (error) {
      await held.last;
      const client = await held.client?.catch(() => undefined);
      if (client && outer.transaction.isOpen && !(error instanceof TransactionEnded)) {
        await this.#statements.execute(client, undo).catch(endedWithin(error));
      }
      await inner.rolledBack();
      throw error;
    } finally {
      inner.end();
      outer.transaction.nested = undefined;
      resolve();
    }
  }

  /** While a savepoint is open within, what is outside of it waits: it would be undone with it otherwise. */
  async #runWithin<Result>(held: Held, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const { transaction } = held;
    transaction.mustBeOpen();
    while (transaction.nested) await transaction.nested;
    transaction.mustBeOpen();
    const ran = held.last.then(async () => work(await this.#begun(held)));
    held.last = ran.catch(() => {});
    return ran;
  }

  async #scriptWithin(sql: string): Promise<void> {
    const held = this.#current.getStore();
    if (held) await this.#runWithin(held, (client) => this.#statements.execute(client, sql));
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw translated(error);
    }
  }
}
