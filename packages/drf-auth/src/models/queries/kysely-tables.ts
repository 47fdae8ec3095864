import {
  type CompiledQuery,
  type DatabaseConnection,
  DeleteQueryNode,
  type Driver,
  InsertQueryNode,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  RawNode,
  ReturningNode,
  SelectionNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  UpdateQueryNode,
} from "kysely";
import type { Database, SqlValue } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import type { StoredRow } from "../inference/infer.ts";
import type { Model } from "../model.ts";
import type { ModelMeta } from "../model-meta.ts";

/** The tables of some models, for Kysely's types. */
export type Tables<Models extends Readonly<Record<string, Model>>> = {
  [Table in keyof Models]: StoredRow<Models[Table]>;
};

/**
 * Kysely over the tables of some models, by the table's name: `kyselyOf(database, metaOf, { books_book: Book })`.
 *
 * Values are those that the database keeps, alike on SQLite and PostgreSQL: true is 1, times are text in UTC. Within
 * `database.transaction` its statements belong to that; its own transactions are refused.
 *
 * @throws {ImproperlyConfigured} when a model is stored in another table.
 */
export function kyselyOf<const Models extends Readonly<Record<string, Model>>>(
  database: Database,
  metaOf: (model: Model) => ModelMeta,
  models: Models,
): Kysely<Tables<Models>> {
  for (const [name, model] of Object.entries(models)) {
    const { table } = metaOf(model);
    if (table === name) continue;
    throw new ImproperlyConfigured(`kysely: ${model.name} is stored in "${table}", not in "${name}".`);
  }
  const isSqlite = database.dialect === "sqlite";
  return new Kysely<Tables<Models>>({
    dialect: {
      createAdapter: () => (isSqlite ? new SqliteAdapter() : new PostgresAdapter()),
      createDriver: () => new DatabaseDriver(database),
      createIntrospector: (kysely) => (isSqlite ? new SqliteIntrospector(kysely) : new PostgresIntrospector(kysely)),
      createQueryCompiler: () => compilerOf(database),
    },
  });
}

function compilerOf({ dialect }: Database) {
  return dialect === "sqlite" ? new SqliteQueryCompiler() : new PostgresQueryCompiler();
}

/** Runs what Kysely compiled on the connections, and in the transaction, of a database. */
class DatabaseDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(database: Database) {
    this.#connection = {
      executeQuery: <Row>(query: CompiledQuery) => run<Row>(database, query),
      streamQuery: () => {
        throw new Error("Rows are not streamed here: read them by key, a part at a time.");
      },
    };
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection);
  }

  beginTransaction(): Promise<void> {
    return Promise.reject(new Error("Use database.transaction(work): what runs within belongs to it."));
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

async function run<Row>(database: Database, query: CompiledQuery): Promise<QueryResult<Row>> {
  const isChange =
    InsertQueryNode.is(query.query) || UpdateQueryNode.is(query.query) || DeleteQueryNode.is(query.query);
  const isWrite = isChange || !/^\s*select\b/i.test(query.sql);
  const values = query.parameters as readonly SqlValue[];
  if (isChange && !query.query.returning) {
    const { sql } = compilerOf(database).compileQuery(counted(query.query), query.queryId);
    return { rows: [], numAffectedRows: BigInt((await database.run({ sql, isWrite }, values)).length) };
  }
  const [names = [], ...rows] = await database.run({ sql: query.sql, isWrite, hasNames: true }, values);
  return { rows: rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])) as Row) };
}

/** A change that says of each row that it was changed: so it is counted. */
function counted<Change extends DeleteQueryNode | InsertQueryNode | UpdateQueryNode>(change: Change): Change {
  return { ...change, returning: ReturningNode.create([SelectionNode.create(RawNode.createWithSql("1") as never)]) };
}
