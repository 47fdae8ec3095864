import { isDeepStrictEqual } from "node:util";
import type { Database } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { columnNameOf, type FieldState, type ModelState, type Operation } from "../operations.ts";
import { scratchSchema } from "../running/postgresql-scratch.ts";
import { PostgresqlSchema } from "./postgresql-schema.ts";
import { quoted } from "./quoted.ts";
import { runCode } from "../running/run-code.ts";
import type { Schema } from "./schema.ts";
import { SqliteSchema } from "./sqlite-schema.ts";
import type { ProjectState } from "../states/state.ts";
import { type Table, tableOf } from "./table.ts";
import { tableStatements } from "./table-statements.ts";

/** A step from one state of the tables to the next. */
export interface Step {
  readonly operation: Operation;
  readonly before: ProjectState;
  readonly after: ProjectState;
  /** The state at the end of its migration: tables may refer to each other in a circle. */
  readonly end: ProjectState;
}

/** A column that is there. */
export interface ColumnThere {
  /** Whether each row must be given a value. */
  readonly isNeeded: boolean;
  readonly type: string;
}

/** Makes and changes tables as Django's schema editor does, and says which are there. */
export class SchemaEditor {
  readonly #database: Database;
  readonly #schema: Schema;
  readonly #isAtomic: boolean;
  readonly #deferred: string[] = [];

  /** `isAtomic`: whether what it does is within a transaction. */
  constructor(database: Database, isAtomic = true) {
    this.#database = database;
    this.#isAtomic = isAtomic;
    this.#schema =
      database.dialect === "sqlite" ? new SqliteSchema(database) : new PostgresqlSchema(database, isAtomic);
  }

  get dialect(): Database["dialect"] {
    return this.#database.dialect;
  }

  get location(): string {
    return this.#database.location;
  }

  async createTable(table: Table): Promise<void> {
    const { now, later } = tableStatements[this.#database.dialect](table);
    for (const sql of now) await this.#run(sql);
    this.#deferred.push(...later);
  }

  /** Does what one operation of a migration says. */
  async apply({ operation, before, after, end }: Step, userName: string): Promise<void> {
    const { dialect } = this.#database;
    const table = (state: ProjectState, name: string): Table =>
      tableOf(modelIn(state, name), new Map([...end, ...state]), { userName, dialect });
    const schema = this.#schema;
    if (operation.type !== "createModel") await this.finish();
    switch (operation.type) {
      case "createModel":
        return this.createTable(table(after, operation.model.name));
      case "deleteModel":
        return schema.removeTable(
          modelIn(before, operation.name).table,
          [...before.values()].map((model) => model.table),
        );
      case "renameModel":
        return schema.renameTable(table(before, operation.name), operation.table);
      case "alterTable":
        return schema.renameTable(table(before, operation.model), operation.table);
      case "addField": {
        const later = table(after, operation.model);
        return schema.addColumn(table(before, operation.model), later, columnOf(after, operation), operation.fill);
      }
      case "removeField":
        return schema.removeColumn(
          table(before, operation.model),
          table(after, operation.model),
          columnOf(before, operation),
        );
      case "renameField":
        return schema.renameColumn(
          table(before, operation.model),
          columnOf(before, operation),
          columnOf(after, { model: operation.model, name: operation.to }),
        );
      case "alterField": {
        const [old, now] = [fieldIn(before, operation), fieldIn(after, operation)];
        if ((old.to === undefined) !== (now.to === undefined) || old.primaryKey) {
          throw new ImproperlyConfigured(
            `${operation.model}.${operation.name} cannot be altered: a primary key stays what it is, and a relation one. ` +
              "Add another field, fill it with runCode, and remove this one.",
          );
        }
        const [column, to] = [columnOf(before, operation), columnOf(after, operation)];
        await schema.renameColumn(table(before, operation.model), column, to);
        const moved = withField(before, operation, { ...old, column: to });
        if (isDeepStrictEqual({ ...old, column: to }, { ...now, column: to })) return;
        return schema.alterColumn(table(moved, operation.model), table(after, operation.model), to, operation.fill);
      }
      case "alterUniqueTogether":
        return schema.alterUniqueTogether(table(before, operation.model), table(after, operation.model));
      case "addIndex":
        return this.#addRule(table(before, operation.model), table(after, operation.model), operation.index.name);
      case "removeIndex":
        return this.#removeRule(table(before, operation.model), table(after, operation.model), operation.name);
      case "addConstraint":
        return this.#addRule(table(before, operation.model), table(after, operation.model), operation.constraint.name);
      case "removeConstraint":
        return this.#removeRule(table(before, operation.model), table(after, operation.model), operation.name);
      case "runCode":
        // Within one of its own the end of it is seen, and what was not awaited.
        return runCode(() =>
          this.#isAtomic
            ? this.#database.transaction(() => operation.forwards(this.#database))
            : operation.forwards(this.#database),
        );
      case "runSql": {
        const sql = typeof operation.forwards === "string" ? operation.forwards : operation.forwards[dialect];
        return sql === undefined ? undefined : this.#database.script(sql);
      }
    }
  }

  /** Does what waits until every table is there. */
  async finish(): Promise<void> {
    for (const sql of this.#deferred.splice(0)) await this.#run(sql);
  }

  /** The columns of a table that is there; undefined when it is not. */
  async columnsOf(table: string): Promise<ReadonlyMap<string, ColumnThere> | undefined> {
    const isSqlite = this.#database.dialect === "sqlite";
    const sql = isSqlite
      ? 'SELECT name, "notnull" = 1 AND dflt_value IS NULL, type FROM pragma_table_info(?)'
      : "SELECT attname, (attnotnull AND NOT atthasdef AND attidentity = '')::int, format_type(atttypid, atttypmod) " +
        "FROM pg_attribute JOIN pg_class t ON t.oid = attrelid WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped " +
        // In a copy of all tables the first ones are not to be seen behind it.
        `AND (NOT starts_with(current_schema(), '${scratchSchema}') OR relnamespace = current_schema()::regnamespace)`;
    const rows = await this.#database.run({ sql, isWrite: false }, [isSqlite ? table : quoted(table)]);
    if (rows.length === 0) return undefined;
    return new Map(
      rows.map(([name, isNeeded, type]) => [
        String(name),
        { isNeeded: isNeeded === 1, type: String(type).toLowerCase() },
      ]),
    );
  }

  async #addRule(before: Table, after: Table, name: string): Promise<void> {
    const index = after.indexes.find((one) => one.name === name);
    const check = after.checks.find((one) => one.name === name);
    if (index) await this.#schema.addIndex(after, index);
    if (check) await this.#schema.addCheck(before, after, check);
  }

  async #removeRule(before: Table, after: Table, name: string): Promise<void> {
    const index = before.indexes.find((one) => one.name === name);
    if (index) await this.#schema.removeIndex(before, index);
    else await this.#schema.removeCheck(before, after, name);
  }

  async #run(sql: string): Promise<void> {
    await this.#database.run({ sql, isWrite: true }, []);
  }
}

function modelIn(state: ProjectState, name: string): ModelState {
  const model = state.get(name);
  if (model) return model;
  throw new TypeError(`${name} is in no state.`);
}

interface FieldOfModel {
  readonly model: string;
  readonly name: string;
}

function fieldIn(state: ProjectState, { model, name }: FieldOfModel): FieldState {
  const field = modelIn(state, model).fields[name];
  if (field) return field;
  throw new TypeError(`${model}.${name} is in no state.`);
}

function withField(state: ProjectState, { model: of, name }: FieldOfModel, field: FieldState): ProjectState {
  const model = modelIn(state, of);
  return new Map([...state, [of, { ...model, fields: { ...model.fields, [name]: field } }]]);
}

function columnOf(state: ProjectState, { model, name }: FieldOfModel): string {
  return columnNameOf(name, fieldIn(state, { model, name }));
}
