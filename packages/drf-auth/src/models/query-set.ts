import { sql } from "kysely";
import type { Database, RowValues, SqlValue } from "../database/index.ts";
import { ImproperlyConfigured, NotFound } from "../errors.ts";
import { columnPath } from "./column-path.ts";
import { insertRows } from "./inserts.ts";
import type { Conditions, FieldsOf, Insert, LookupPath, PrimaryKey, RelationName, Row, Values } from "./infer.ts";
import { type DeletableRows, deleteRows } from "./deletion.ts";
import { exact, type LookupName, lookups, splitLookup } from "./lookups.ts";
import type { Model } from "./model.ts";
import { type Comparison, countSql, keysSql, type QueryShape, selectSql, type Within } from "./query-sql.ts";
import type { ColumnPath, FieldMeta, ModelMeta, Ordering } from "./model-meta.ts";
import { positionConditions } from "./position.ts";
import { orderingOf } from "./ordering.ts";
import { conditionOn, mustBeText, textOf } from "./condition-on.ts";
import { withRelated } from "./related-rows.ts";
import { rowDecoder, valuesDecoder } from "./row-decoder.ts";
import { primaryKeyOf, type Selection, type Window } from "./selection.ts";
import { bind, type CompiledStatement, Parameter, sqlBuilders } from "./sql.ts";
import { keptStatement } from "./statements.ts";
import { encodedValue, updateValues } from "./stored-values.ts";

interface State extends QueryShape {
  readonly database: Database;
  readonly values: readonly SqlValue[];
  readonly related: readonly FieldMeta[];
  /** What tells this query's statements from others of the same model. */
  readonly shape: string;
}

/**
 * The rows of a model that meet some conditions, in some order; nothing is read until it is asked for.
 *
 * Each method that narrows gives a new query set. Every shape of a query is compiled once.
 */
export class QuerySet<M extends Model = Model> {
  readonly #state: State;

  private constructor(state: State) {
    this.#state = state;
  }

  /** All rows of a model. */
  static of<M extends Model>(meta: ModelMeta, database: Database): QuerySet<M> {
    return new QuerySet({
      meta,
      database,
      dialect: database.dialect,
      conditions: [],
      values: [],
      ordering: meta.ordering,
      related: [],
      shape: "",
    });
  }

  get meta(): ModelMeta {
    return this.#state.meta;
  }

  /** Narrows to the rows that meet every condition. */
  filter(conditions: Conditions<M>): QuerySet<M> {
    const { added, values, shape } = this.#compared(conditions, "filter", "&");
    return this.#with({ conditions: [...this.#state.conditions, ...added], values, shape });
  }

  /** Leaves out the rows that meet every condition; one of which it cannot be told, for null, stays. */
  exclude(conditions: Conditions<M>): QuerySet<M> {
    const { added, values, shape } = this.#compared(conditions, "exclude", "&");
    if (added.length === 0) return this;
    const narrowed = [...this.#state.conditions, { not: added }];
    return this.#with({ conditions: narrowed, values, shape: `${shape}&not${added.length}` });
  }

  /** Narrows to the rows that meet at least one of the conditions, as Django's `Q(…) | Q(…)`. */
  filterAny(conditions: Conditions<M>): QuerySet<M> {
    const { added, values, shape } = this.#compared(conditions, "filterAny", " or ");
    if (added.length === 0) throw new TypeError("filterAny: no condition is given, so there is none to meet.");
    const groups = added.map((one) => [one]);
    return this.#with({ conditions: [...this.#state.conditions, groups], values, shape: `${shape}&or` });
  }

  /** The order of its rows. */
  get ordering(): readonly Ordering[] {
    return this.#state.ordering;
  }

  /** Narrows to the rows that come after some values in an order of fields, `null` among them. */
  after(ordering: readonly Ordering[], position: readonly unknown[]): QuerySet<M> {
    const { dialect } = this.#state;
    const values = [...this.#state.values];
    let shape = `${this.#state.shape}&after`;
    const compared = (path: ColumnPath, name: LookupName, given: unknown): Comparison => {
      const comparison = { path, lookup: lookups[name], given, firstIndex: values.length };
      values.push(...lookups[name].values(given, (value) => encodedValue(path.field, value, dialect), dialect));
      shape += ` ${textOf(path)} ${name} ${lookups[name].shape(given)}`;
      return comparison;
    };
    const conditions = positionConditions(ordering, position, { compare: compared, dialect });
    return this.#with({ conditions: [...this.#state.conditions, ...conditions], values, shape });
  }

  /** Orders by fields, `-` before one for descending, or over relations (`owner__username`); replaces the order there was. */
  orderBy(...names: readonly string[]): QuerySet<M> {
    const ordering = names.map((name) => orderingOf(this.#state.meta, name));
    return this.#with({ ordering, shape: `${this.#state.shape}|${names.join()}` });
  }

  /** Loads the rows that a relation leads to with one query more, whatever the number of rows: each row has `name` then. */
  prefetchRelated(...names: readonly RelationName<M>[]): QuerySet<M> {
    const related = names.map((name) => {
      const { relations, field } = columnPath(this.#state.meta, name, "prefetchRelated");
      if (field.related && relations.length === 0) return field;
      throw new ImproperlyConfigured(`prefetchRelated: "${name}" is no relation of ${this.#state.meta.model.name}.`);
    });
    return this.#with({ related: [...this.#state.related, ...related] });
  }

  async rows(window?: Window): Promise<Row<M>[]> {
    const decoder = rowDecoder(this.#state.meta);
    const found = await this.select(decoder.selection, window);
    const rows = found.map(decoder.decode) as Row<M>[];
    return withRelated(rows, this.#state.related, (related, keys) => {
      const byKey = { [`${related.primaryKey.name}__in`]: keys } as Conditions<Model>;
      return QuerySet.of(related, this.#state.database).filter(byKey).rows();
    });
  }

  /** The first row, or undefined; by primary key where no order is asked for. */
  async first(): Promise<Row<M> | undefined> {
    const ordered = this.#state.ordering.length > 0 ? this : this.orderBy("pk");
    return (await ordered.rows({ limit: 1, offset: 0 }))[0];
  }

  /**
   * The one row that meets the conditions.
   *
   * @throws {NotFound} when there is none.
   */
  async get(conditions: Conditions<M> = {} as Conditions<M>): Promise<Row<M>> {
    const { objectName } = this.#state.meta;
    const [row, second] = await this.filter(conditions).rows({ limit: 2, offset: 0 });
    if (second) throw new TypeError(`get: more than one ${objectName} meets the conditions.`);
    if (!row) throw new NotFound(`No ${objectName} matches the given query.`);
    return row;
  }

  /** Holds the rows that it reads until the transaction around it ends: who else would change them waits. */
  selectForUpdate(): QuerySet<M> {
    return this.#with({ isLocked: true, shape: `${this.#state.shape}&locked` });
  }

  /** Reads some fields of each row, of related rows too: `values("text", "owner__username")`. */
  async values<const Name extends LookupPath<M>>(...names: readonly Name[]): Promise<FieldsOf<M, Name>[]> {
    const paths = names.map((name) => columnPath(this.#state.meta, name, "values"));
    const found = await this.select({ key: `values ${names.join()}`, paths });
    return found.map(valuesDecoder(names, paths)) as FieldsOf<M, Name>[];
  }

  async count(): Promise<number> {
    return Number((await this.countValue())[0]?.[0] ?? 0);
  }

  async exists(): Promise<boolean> {
    const { meta } = this.#state;
    return (await this.orderBy().select(primaryKeyOf(meta), { limit: 1, offset: 0 })).length > 0;
  }

  /** Makes a row; what is not given comes from defaults. Gives its primary key. */
  async insert(given: Insert<M>): Promise<PrimaryKey<M>> {
    const [key] = await insertRows(this.#state, [given as Readonly<Record<string, unknown>>], (key, query) =>
      this.#statement(key, query),
    );
    return key as PrimaryKey<M>;
  }

  /** Makes rows, a hundred with each statement, in one transaction. Gives their primary keys, in order. */
  async bulkInsert(given: readonly Insert<M>[]): Promise<PrimaryKey<M>[]> {
    const rows = given as readonly Readonly<Record<string, unknown>>[];
    const keys = await this.#state.database.transaction(() =>
      insertRows(this.#state, rows, (key, query) => this.#statement(key, query)),
    );
    return keys as PrimaryKey<M>[];
  }

  /** Changes every row of the query set; gives how many. */
  async update(given: Values<M>): Promise<number> {
    const { meta, database, values } = this.#state;
    const entries = updateValues(meta, given as Readonly<Record<string, unknown>>, database.dialect);
    if (entries.length === 0) return this.count();
    const columns = entries.map(([column]) => column);
    const statement = this.#statement(`update ${columns.join()}${this.#state.shape}`, () =>
      sqlBuilders[database.dialect]
        .updateTable(meta.table)
        .set(Object.fromEntries(columns.map((column, index) => [column, new Parameter(values.length + index)])))
        .where(sql.ref(`${meta.table}.${meta.primaryKey.column}`), "in", keysSql(this.#state))
        .returning(sql.lit(1).as("changed")),
    );
    return (await database.run(statement, bind(statement, [...values, ...entries.map(([, value]) => value)]))).length;
  }

  /**
   * Deletes every row of the query set, and does to what refers to them what `onDelete` says; gives how many of its own.
   *
   * @throws {Conflict} when a row is protected by one that refers to it.
   */
  delete(): Promise<number> {
    const { database, meta } = this.#state;
    if (meta.referrers.length === 0) return this.#remove();
    return database.transaction(() => deleteRows(this.#deletable()));
  }

  /** Reads chosen columns as the driver gives them: the way of the routes, which need no objects. */
  select(selection: Selection, window?: Window): readonly RowValues[] | Promise<readonly RowValues[]> {
    const { database, shape, values } = this.#state;
    const statement = this.#statement(`select ${selection.key}${window ? " window" : ""}${shape}`, () =>
      selectSql(this.#state, selection, window && values.length),
    );
    const given = window ? [...values, window.limit, window.offset] : values;
    return database.run(statement, bind(statement, given));
  }

  /**
   * Compiles the look-up of rows by the value of one field, for what is asked on every request: no query set is made
   * then. Belongs to a query set without conditions.
   */
  lookup(name: string, selection: Selection): (value: unknown) => readonly RowValues[] | Promise<readonly RowValues[]> {
    const { database, meta } = this.#state;
    const path = columnPath(meta, name, "lookup");
    const condition = { path, lookup: exact, given: name, firstIndex: 0 };
    const query = this.#with({ conditions: [condition], shape: `${this.#state.shape}&${name} ${exact.shape(name)}` });
    const statement = query.#statement(`select ${selection.key}${query.#state.shape}`, () =>
      selectSql(query.#state, selection, undefined),
    );
    return (value) => database.run(statement, bind(statement, [encodedValue(path.field, value, database.dialect)]));
  }

  /** The count as the driver gives it: one row of one value. */
  countValue(): readonly RowValues[] | Promise<readonly RowValues[]> {
    const { database, values, shape } = this.#state;
    const statement = this.#statement(`count${shape}`, () => countSql(this.#state));
    return database.run(statement, bind(statement, values));
  }

  #compared(conditions: Conditions<M>, where: string, joint: string) {
    const { meta, dialect } = this.#state;
    const added: (Comparison | Within)[] = [];
    const values = [...this.#state.values];
    let { shape } = this.#state;
    for (const [name, given] of Object.entries(conditions)) {
      if (given === undefined) throw new TypeError(`${where}: ${name} is undefined. Leave it out, or write null.`);
      const { path: text, lookup } = splitLookup(name);
      const compared = (path: ColumnPath): Comparison => {
        if (lookup.isText) mustBeText(path.field, name, where);
        const firstIndex = values.length;
        values.push(...lookup.values(given, (value) => encodedValue(path.field, value, dialect), dialect));
        return { path, lookup, given, firstIndex };
      };
      const isMissing = lookup === lookups.isnull ? given === true : undefined;
      added.push(conditionOn(meta, text, { where, compared, isMissing }));
      shape += `${joint}${text} ${lookup.shape(given)}`;
    }
    return { added, values, shape };
  }

  #deletable(): DeletableRows {
    const { meta, database } = this.#state;
    return {
      meta,
      keys: async () => (await this.orderBy().select(primaryKeyOf(meta))).map(([key]) => key),
      referring: (other, relation, keys) =>
        QuerySet.of(other, database).filter({ [`${relation}__in`]: keys } as Conditions<Model>).#deletable(),
      setNull: async (relation) => void (await this.update({ [relation]: null } as Values<M>)),
      remove: (keys) => {
        if (!keys) return this.#remove();
        return QuerySet.of(meta, database).filter({ pk__in: keys } as Conditions<Model>).#remove();
      },
    };
  }

  async #remove(): Promise<number> {
    const { meta, database, values } = this.#state;
    const statement = this.#statement(`delete${this.#state.shape}`, () =>
      sqlBuilders[database.dialect]
        .deleteFrom(meta.table)
        .where(sql.ref(`${meta.table}.${meta.primaryKey.column}`), "in", keysSql(this.#state))
        .returning(sql.lit(1).as("deleted")),
    );
    return (await database.run(statement, bind(statement, values))).length;
  }

  #with(changes: Partial<State>): QuerySet<M> {
    return new QuerySet({ ...this.#state, ...changes });
  }

  #statement(key: string, query: Parameters<typeof keptStatement>[2]): CompiledStatement {
    return keptStatement(this.#state, key, query);
  }
}
