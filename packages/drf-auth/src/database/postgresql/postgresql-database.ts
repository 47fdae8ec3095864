import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { ImproperlyConfigured } from "../../errors.ts";
import { resolveOptions } from "../../settings.ts";
import { type Database, TransactionEnded } from "../database.ts";
import type { RowValues, SqlValue, Statement } from "../statement.ts";
import { Transaction } from "../transaction.ts";
import type { Connection } from "./connection.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { openConnection } from "./open-connection.ts";
import {
  beginning,
  postgresqlDefaults,
  type PostgresqlOptions,
  sessionSettings,
  type TimeLimits,
  timeLimits,
} from "./postgresql-options.ts";
import type { ServerAddress } from "./server-address.ts";
import { Session } from "./session.ts";
import { StatementRunner } from "./statement-runner.ts";
import { endedWithin, mustBeKept, undoneBefore } from "./transaction-end.ts";

/** Milliseconds after which a process that waits to alter tables asks again. */
const alterPause = 100;

/** A transaction on the connection that it holds. */
interface Held {
  readonly transaction: Transaction;
  readonly session: Session;
  /** Whether the connection is held without a transaction. */
  readonly isOutside?: true;
}

/** A PostgreSQL server behind a pool of connections. */
export class PostgresqlDatabase implements Database {
  readonly dialect = "postgresql";
  readonly location: string;
  readonly #pool: ConnectionPool;
  readonly #options: PostgresqlOptions;
  readonly #limits: TimeLimits;
  readonly #runner: StatementRunner;
  readonly #current = new AsyncLocalStorage<Held>();

  constructor(address: ServerAddress, given: Partial<PostgresqlOptions> = {}) {
    const options = resolveOptions("The PostgreSQL database", postgresqlDefaults, given);
    const limits = timeLimits(options);
    const settings = sessionSettings(options);
    this.location = address.location;
    this.#options = options;
    this.#limits = limits;
    this.#runner = new StatementRunner(options, address.location);
    this.#pool = new ConnectionPool({
      location: address.location,
      size: options.poolSize,
      waitSeconds: options.busySeconds,
      open: () => openConnection(address, { settings, seconds: limits.brief }),
      onLost: options.onLostConnection,
    });
  }

  run(statement: Statement, values: readonly SqlValue[]): Promise<readonly RowValues[]> {
    const held = this.#current.getStore();
    if (!held) return this.#runAlone(statement, values);
    const options = { seconds: this.#secondsOf(held), mayTryAgain: false };
    return this.#runWithin(held, (client) => this.#runner.run(client, statement, values, options));
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
    await this.#scriptWithin(sql, async (client) => {
      if (client.isIdle) return;
      await this.#runner.execute(client, "ROLLBACK");
      throw new TransactionEnded(undefined);
    });
  }

  get transactionState(): Database["transactionState"] {
    const held = this.#current.getStore();
    if (!held) return "none";
    return held.session.client || held.transaction.isWaitedFor ? "begun" : "waiting";
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
      const held = this.#current.getStore();
      if (held) held.session.isUnlimited = true;
      // Another process may take long to migrate: this one waits as long as that takes.
      await this.run({ sql: "SET LOCAL lock_timeout = 0", isWrite: true }, []);
      await this.run({ sql: "SET LOCAL statement_timeout = 0", isWrite: true }, []);
      await this.#waitToAlter();
      return work();
    });
  }

  /** By asking again and again: a statement that waits has a snapshot, for which a concurrent index of the holder waits. */
  async #waitToAlter(): Promise<void> {
    const sql = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))::int";
    while ((await this.run({ sql, isWrite: true }, ["drf-auth migrate"]))[0]?.[0] !== 1) {
      await this.#dropSnapshot();
      await wait(alterPause);
    }
  }

  /** The last statement of an open transaction keeps its snapshot, for which a concurrent index would wait for ever. */
  async #dropSnapshot(): Promise<void> {
    const held = this.#current.getStore();
    if (held?.session.client)
      await held.session.inTurn(held.transaction, (begun) => this.#runner.execute(begun, "SELECT 1"));
  }

  async outside<Result>(work: () => Promise<Result>): Promise<Result> {
    const outer = this.#current.getStore();
    if (outer && this.#options.poolSize < 2) {
      throw new ImproperlyConfigured(
        "A migration that is not atomic needs two connections: set database.poolSize to 2.",
      );
    }
    await this.#dropSnapshot();
    const client = await this.#pool.take();
    const session = new Session(async () => client);
    session.isUnlimited = true;
    const held: Held = { transaction: new Transaction(), session, isOutside: true };
    try {
      await this.#runner.execute(client, "SET statement_timeout TO 0; SET lock_timeout TO 0");
      return await this.#current.run(held, work);
    } finally {
      held.transaction.end();
      await session.last;
      // Its settings are no others' then.
      client.isStale = true;
      this.#pool.release(client);
    }
  }

  async lock(name: string): Promise<void> {
    this.#mustBeWithin("lock");
    await this.run({ sql: "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", isWrite: true }, [name]);
  }

  async close(): Promise<void> {
    if (this.#current.getStore()) throw new Error("The database cannot be closed within a transaction.");
    await this.#pool.close();
  }

  #mustBeWithin(what: string): Transaction {
    const held = this.#current.getStore();
    if (held) return held.transaction;
    throw new Error(`${what} belongs into a transaction.`);
  }

  async #atomic<Result>(work: () => Result | Promise<Result>, transaction: Transaction): Promise<Result> {
    const session = new Session(() => this.#begin());
    const held: Held = { transaction, session };
    try {
      const result = await this.#current.run(held, work);
      await this.#finish(held);
      const client = await session.client;
      if (client) mustBeKept(await this.#runner.execute(client, "COMMIT", this.#secondsOf(held)));
      if (client) this.#pool.release(client);
      return result;
    } catch (error) {
      transaction.end();
      await session.last;
      await this.#undo(session);
      throw error;
    }
  }

  /** Ends a transaction whose work is done. What that asked for and did not await belongs to it. */
  async #finish({ transaction, session }: Held): Promise<void> {
    transaction.mustBeDone();
    await session.last;
    transaction.mustBeDone();
    transaction.end();
  }

  /** A connection on which a transaction has begun. */
  async #begin(): Promise<Connection> {
    const client = await this.#pool.take();
    try {
      await this.#runner.execute(client, beginning(this.#options));
      return client;
    } catch (error) {
      this.#discard(client, error);
      throw error;
    }
  }

  async #undo({ client: begun }: Session): Promise<void> {
    // Where it could not begin, its first statement has failed with that.
    const client = await begun?.catch(() => undefined);
    if (!client) return;
    await this.#runner.execute(client, "ROLLBACK").then(
      () => this.#pool.release(client),
      (failure: unknown) => this.#discard(client, failure),
    );
  }

  /** Whether a transaction goes on in it nobody knows. */
  #discard(client: Connection, why: unknown): void {
    client.destroy(why instanceof Error ? why : new Error(String(why)));
    this.#pool.release(client);
  }

  /** A savepoint of a transaction, or a transaction on the connection of what runs outside of one. */
  async #within<Result>(outer: Held, work: () => Result | Promise<Result>): Promise<Result> {
    while (outer.transaction.nested) await outer.transaction.nestedEnded(this.#patienceOf(outer));
    outer.transaction.mustBeOpen();
    const inner = new Transaction(outer.isOutside ? undefined : outer.transaction);
    const { promise, resolve } = Promise.withResolvers<void>();
    outer.transaction.nested = promise;
    const name = `s${inner.depth}`;
    const [begin, keep, undo] = outer.isOutside
      ? (["BEGIN", "COMMIT", "ROLLBACK"] as const)
      : ([`SAVEPOINT ${name}`, `RELEASE ${name}`, `ROLLBACK TO ${name}; RELEASE ${name}`] as const);
    const execute = (sql: string, seconds?: number): Promise<string> =>
      outer.session.inTurn(outer.transaction, (client) => this.#runner.execute(client, sql, seconds));
    const held: Held = { transaction: inner, session: outer.session };
    try {
      await execute(begin).catch(endedWithin);
      try {
        const result = await this.#current.run(held, work);
        await this.#finish(held);
        mustBeKept(await execute(keep, this.#secondsOf(held)).catch(endedWithin));
        await inner.committed();
        return result;
      } catch (error) {
        inner.end();
        const failure =
          error instanceof TransactionEnded ? error : await execute(undo).then(() => error, undoneBefore(error));
        await inner.rolledBack();
        throw failure;
      }
    } finally {
      inner.end();
      outer.transaction.nested = undefined;
      resolve();
    }
  }

  /** While a savepoint is open within, what is outside of it waits: it would be undone with it otherwise. */
  async #runWithin<Result>(held: Held, work: (client: Connection) => Promise<Result>): Promise<Result> {
    const { transaction } = held;
    transaction.mustBeOpen();
    while (transaction.nested) await transaction.nestedEnded(this.#patienceOf(held));
    return held.session.inTurn(held.transaction, work);
  }

  async #scriptWithin(sql: string, check = async (_client: Connection): Promise<void> => {}): Promise<void> {
    const held = this.#current.getStore();
    if (!held) return;
    await this.#runWithin(held, async (client) => {
      // What it sets is no others'.
      client.isStale = true;
      await this.#runner.execute(client, sql, this.#secondsOf(held));
      await check(client);
    });
  }

  async #runAlone(statement: Statement, values: readonly SqlValue[]): Promise<readonly RowValues[]> {
    const client = await this.#pool.take();
    try {
      return await this.#runner.run(client, statement, values, {
        seconds: statement.isProbe ? this.#limits.probe : this.#limits.statement,
        mayTryAgain: true,
      });
    } finally {
      this.#pool.release(client);
    }
  }

  #patienceOf({ session }: Held): number {
    return session.isUnlimited ? Infinity : this.#options.busySeconds;
  }

  #secondsOf({ session }: Held): number {
    return session.isUnlimited ? Infinity : this.#limits.statement;
  }
}
