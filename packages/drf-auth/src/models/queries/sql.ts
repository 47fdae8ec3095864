import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Dialect, SqlValue, Statement } from "../../database/index.ts";

type AnyTables = Record<string, Record<string, SqlValue | Parameter>>;

/** Build SQL and never run it: what they compile runs on the executor's own prepared statements. */
export const sqlBuilders: Readonly<Record<Dialect, Kysely<AnyTables>>> = Object.freeze({
  postgresql: new Kysely<AnyTables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
  sqlite: new Kysely<AnyTables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
});

/** A place in a statement whose value comes when it is run. */
export class Parameter {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

/** A statement, and which of the given values stands at each of its places; constants stand for themselves. */
export interface CompiledStatement extends Statement {
  readonly places: readonly (SqlValue | Parameter)[];
  /** Whether the places take the given values one by one, so that none need be moved. */
  readonly isInOrder: boolean;
}

/** Compiles a query of the builder once. */
export function compile(query: Compilable): CompiledStatement {
  const { sql, parameters } = query.compile();
  const places = parameters as readonly (SqlValue | Parameter)[];
  return Object.freeze({
    sql,
    isWrite: !/^\s*select\b/i.test(sql),
    places: Object.freeze(places),
    isInOrder: places.every((place, index) => place instanceof Parameter && place.index === index),
  });
}

/** Puts the given values at their places. */
export function bind(statement: CompiledStatement, values: readonly SqlValue[]): readonly SqlValue[] {
  if (statement.isInOrder && statement.places.length === values.length) return values;
  return statement.places.map((place) => (place instanceof Parameter ? (values[place.index] as SqlValue) : place));
}
