import { sql } from "kysely";
import type { Database, RowValues, SqlValue } from "../../database/index.ts";
import { MultipleObjectsReturned, NotFound } from "../../errors.ts";
import type { Aggregate } from "./aggregate.ts";
import { annotated, mustNotBeAnnotated } from "./annotation.ts";
import { type ChangedRow, updateRows } from "./bulk-update.ts";
import { changedColumns } from "./changed-columns.ts";
import { columnPath } from "./column-path.ts";
import { keyTextOf } from "./condition-on.ts";
import { type ConflictOptions, conflictOf } from "./insert-conflict.ts";
import { type DeletableRows, deleteRows } from "./deletion.ts";
import { differentValuesSql } from "./different-values.ts";
import { keyOf, kindOf } from "../fields/field-codec.ts";
import { type ChangesFor, type DefaultsFor, foundOrCreated, newValues, type OwnConditions } from "./get-or-create.ts";
import { type Asked, givenConditions, pathIn } from "./given-conditions.ts";
import { ofSameRows } from "./same-rows.ts";
import { grouped, type GroupOptions } from "./groups.ts";
import type { ColumnPath as NamedPath, Ordered, RelationPath } from "../inference/column-names.ts";
import type {
  Computations,
  FieldsOf,
  ManyName,
  Outcomes,
  Prefetchable,
  PrimaryKey,
  RelatedRows,
  Row,
} from "../inference/infer.ts";
import type { Aggregates, Annotations } from "../inference/typed-computations.ts";
import type { ConditionName, Conditions } from "../inference/typed-conditions.ts";
import type { Changes, NewRow } from "../inference/typed-values.ts";
import { insertAndSelect, insertRows } from "./inserts.ts";
import { type IterationOptions, readAsBound, readPages } from "./iteration.ts";
import { joinedRows, mustBeToOne } from "./joined-rows.ts";
import { areKeysAskedTogether, KeyLookups } from "./key-lookups.ts";
import { exact, type Lookup, oneOfKeys } from "./lookups.ts";
import type { FieldMeta, ModelMeta, Ordering } from "../model-meta.ts";
import type { Model } from "../model.ts";
import { type AtLeastOne, endedByKey, orderingsOf, reversed } from "./ordering.ts";
import { positioned } from "./position.ts";
import type { Comparison, RowLock, Within } from "./query-shape.ts";
import { changedRowsSql, countSql, groupsSql, selectSql } from "./query-sql.ts";
import {
  joinsOf,
  ledToFrom,
  manyToManyOf,
  type RelatedKey,
  RelatedManager,
  type RelatedModel,
} from "./related-manager.ts";
import { mustBeRelations, type RelatedLoader, withRelated } from "./related-rows.ts";
import { rowDecoder, valuesDecoder } from "./row-decoder.ts";
import { type LockOptions, lockOf, mustBeInTransaction } from "./row-lock.ts";
import { mustBeWhole, primaryKeyOf, type Selection, type Window, windowValues } from "./selection.ts";
import { bind, type CompiledStatement, sqlBuilders } from "./sql.ts";
import { keptStatement } from "./statements.ts";
import { encodedValue } from "../fields/stored-values.ts";
import type { ToMany } from "./to-many.ts";

interface State extends Asked {
  readonly database: Database;
  /** Whether values that are alike are given once. */
  readonly isDistinct?: boolean;
  /** The relations whose rows are read with the rows, by joins. */
  readonly joined: readonly string[];
  /** The relations whose rows are loaded after the rows. */
  readonly prefetched: readonly string[];
}

/**
 * The rows of a model that meet some conditions, in some order; nothing is read until it is asked for.
 *
 * Each method that narrows gives a new query set. Every shape of a query is compiled once. `Extra` is what rows have
 * besides their own fields, by `annotate` and by relations that are loaded.
 */
export class QuerySet<M extends Model = Model, Extra = unknown> {
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
      annotations: new Map(),
      conditions: [],
      values: [],
      ordering: meta.ordering,
      joined: [],
      prefetched: [],
      shape: "",
    });
  }

  /** The rows that a relation leads to from some keys, with one query, in their model's own order; by key as it is stored. */
  static async behind(
    { related, through, source, target }: ToMany,
    database: Database,
    keys: readonly unknown[],
    selection: Selection,
  ): Promise<ReadonlyMap<unknown, readonly RowValues[]>> {
    const way = target ? [target] : [];
    const prefix = target ? `${target.name}__` : "";
    const paths = selection.paths.map(({ relations, field }) => ({ relations: [...way, ...relations], field }));
    const found = await QuerySet.of(through, database)
      .filter({ [`${source.name}__in`]: keys } as Conditions<Model>)
      .orderBy(...related.ordering.map((part) => `${part.isDescending ? "-" : ""}${prefix}${keyTextOf(part)}`))
      .select({
        key: `${source.name}>${prefix}${selection.key}`,
        paths: [{ relations: [], field: source }, ...paths],
      });
    const rows = new Map<unknown, RowValues[]>();
    for (const [key, ...values] of found) {
      const known = rows.get(key);
      if (known) known.push(values);
      else rows.set(key, [values]);
    }
    return rows;
  }

  get meta(): ModelMeta {
    return this.#state.meta;
  }

  /** Narrows to the rows that meet every condition; over a relation to many rows, with the same row of it. */
  filter<const Name extends ConditionName<M, Extra>>(conditions: Conditions<M, Extra, Name>): QuerySet<M, Extra> {
    const { added, values, shape } = this.#given(conditions, "filter");
    const narrowed = [...this.#state.conditions, ...ofSameRows(added)];
    return this.#with({ conditions: narrowed, values, shape: `${this.#state.shape}&${shape}` });
  }

  /** Leaves out the rows that meet every condition; one of which it cannot be told, for null, stays. */
  exclude<const Name extends ConditionName<M, Extra>>(conditions: Conditions<M, Extra, Name>): QuerySet<M, Extra> {
    const { added, values, shape } = this.#given(conditions, "exclude");
    if (added.length === 0) return this;
    const narrowed = [...this.#state.conditions, { not: added }];
    return this.#with({ conditions: narrowed, values, shape: `${this.#state.shape}&not${shape}` });
  }

  /** Narrows to the rows that meet at least one of the conditions, as Django's `Q(…) | Q(…)`. */
  filterAny<const Name extends ConditionName<M, Extra>>(conditions: Conditions<M, Extra, Name>): QuerySet<M, Extra> {
    const { added, values, shape } = this.#given(conditions, "filterAny");
    if (added.length === 0) throw new TypeError("filterAny: no condition is given, so there is none to meet.");
    const groups = added.map((one) => [one]);
    const narrowed = [...this.#state.conditions, groups];
    return this.#with({ conditions: narrowed, values, shape: `${this.#state.shape}&any${shape}` });
  }

  /**
   * Narrows to the rows that meet at least one condition of every group; over a relation to many rows, with the same row
   * of it, as Django's `filter(Q(…) | Q(…), Q(…) | Q(…))`.
   */
  filterTogether<const Name extends ConditionName<M, Extra>>(
    groups: readonly Conditions<M, Extra, Name>[],
  ): QuerySet<M, Extra> {
    let query: QuerySet<M, Extra> = this.#with({});
    const together: (readonly (Comparison | Within)[])[] = [];
    for (const conditions of groups) {
      const { added, values, shape } = query.#given(conditions, "filterTogether");
      together.push(added);
      query = query.#with({
        values,
        shape: `${query.#state.shape}${together.length === 1 ? "&together" : ""}${shape}`,
      });
    }
    return query.#with({ conditions: [...this.#state.conditions, { together }] });
  }

  /** The order of its rows. */
  get ordering(): readonly Ordering[] {
    return this.#state.ordering;
  }

  /** Narrows to the rows that come after some values in an order of fields, `null` among them. */
  after(ordering: readonly Ordering[], position: readonly unknown[]): QuerySet<M, Extra> {
    const { dialect } = this.#state;
    const encode = (field: FieldMeta, value: unknown) => encodedValue(field, value, dialect);
    return this.#with(positioned(this.#state, ordering, position, encode));
  }

  /** Orders by fields, `-` before one for descending, over relations (`owner__username`), by what was annotated; replaces the order there was. */
  orderBy(...names: readonly Ordered<"pk" | NamedPath<M> | (keyof Extra & string)>[]): QuerySet<M, Extra> {
    const ordering = names.flatMap((name) => this.#orderings(name));
    return this.#with({ ordering, shape: `${this.#state.shape}|${names.join()}` });
  }

  /** Turns its order around; of rows in no order nothing is turned. */
  reverse(): QuerySet<M, Extra> {
    return this.#with({ ordering: reversed(this.#state.ordering), shape: `${this.#state.shape}|from its end` });
  }

  /** Narrows to no row at all. */
  none(): QuerySet<M, Extra> {
    return this.filter({ pk__in: [] });
  }

  /**
   * Gives each row values that the database computes: `annotate({ books: count("books"), left: f("stock").minus(5) })`.
   * They can be filtered and ordered by then. An aggregate is over the rows that a relation leads to, in a query of its own.
   *
   * @throws {ImproperlyConfigured} when a name is taken, or an aggregate leads over no relation to many rows.
   */
  annotate<const Given extends Computations>(
    given: Annotations<M, Given, Extra> & Given,
  ): QuerySet<M, Extra & Outcomes<M, Given, Extra>> {
    let query: QuerySet<M, Extra> = this.#with({});
    for (const [name, one] of Object.entries(given)) {
      const { path, values, shape } = annotated(query.#state, name, one);
      const annotations = new Map([...query.#state.annotations, [name, path]]);
      query = query.#with({ annotations, values, shape });
    }
    mustNotBeAnnotated(query.#state, query.#state.prefetched);
    return query as QuerySet<M, Extra & Outcomes<M, Given, Extra>>;
  }

  /** Computes values over all rows: `aggregate({ books: count(), pages: sum("pages") })`. */
  async aggregate<const Given extends Readonly<Record<string, Aggregate>>>(
    given: Aggregates<M, Given, Extra> & Given,
  ): Promise<Outcomes<M, Given, Extra>> {
    const [row] = await this.aggregateBy([], given);
    return row as Outcomes<M, Given, Extra>;
  }

  /** Computes values over each group of rows that are alike in some fields: `aggregateBy(["owner"], { books: count() })`. */
  async aggregateBy<
    const Name extends NamedPath<M> | (keyof Extra & string),
    const Given extends Readonly<Record<string, Aggregate>>,
  >(
    names: readonly Name[],
    given: Aggregates<M, Given, Extra> & Given,
    options: GroupOptions<NoInfer<Name | (keyof Given & string)>> = {},
  ): Promise<(FieldsOf<M, Name, Extra> & Outcomes<M, Given, Extra>)[]> {
    const { grouping, key, values, decode } = grouped(this.#state, names, given, options);
    const { limit } = options;
    if (limit !== undefined) mustBeWhole("aggregateBy: limit", limit, 0);
    const statement = this.#statement(`${key}${limit === undefined ? "" : " limit"}`, () =>
      groupsSql(this.#state, grouping, limit === undefined ? undefined : values.length),
    );
    const bound = bind(statement, limit === undefined ? values : [...values, limit]);
    const found = await this.#state.database.run(statement, bound);
    return found.map(decode) as (FieldsOf<M, Name, Extra> & Outcomes<M, Given, Extra>)[];
  }

  /** Reads the rows that relations to one lead to with the rows, by joins: each row has `name` then, over any number of relations. */
  selectRelated<const Name extends RelationPath<M>>(
    ...names: readonly Name[]
  ): QuerySet<M, Extra & RelatedRows<M, Name>> {
    mustBeToOne(this.#state.meta, names);
    const query = this.#with({ joined: [...this.#state.joined, ...names] });
    return query as QuerySet<M, Extra & RelatedRows<M, Name>>;
  }

  /**
   * Loads what relations lead to with one query more each, whatever the number of rows: each row has `name` then, a row or
   * a list of rows. `owner__groups` goes on from there; `book_set`, or its `relatedName`, leads to those that refer to it.
   */
  prefetchRelated<const Name extends string>(
    ...names: readonly (Name extends Prefetchable<M, Name> ? Name : never)[]
  ): QuerySet<M, Extra & RelatedRows<M, Name>> {
    for (const name of names) mustBeRelations(this.#state.meta, name);
    mustNotBeAnnotated(this.#state, names);
    const query = this.#with({ prefetched: [...this.#state.prefetched, ...names] });
    return query as QuerySet<M, Extra & RelatedRows<M, Name>>;
  }

  /**
   * Reads the rows, or a part of them.
   *
   * @throws {TypeError} when a limit or an offset is no whole number, or below 0.
   */
  async rows(window?: Window): Promise<(Row<M> & Extra)[]> {
    const { meta, annotations, joined, prefetched } = this.#state;
    const { selection, decode } = joinedRows(meta, annotations, joined);
    const rows = (await this.select(selection, window)).map(decode);
    return (await withRelated(rows, meta, prefetched, this.#loader)) as (Row<M> & Extra)[];
  }

  /**
   * The rows in order, one after the other, of which only some are read at a time: `for await (const row of books.iterate())`.
   *
   * Each statement goes on from the last row: what changes meanwhile may be seen or not, and twice where its place changed.
   *
   * @throws {TypeError} when the size is no whole number above 0.
   */
  iterate({ size = 2000 }: IterationOptions = {}): AsyncGenerator<Row<M> & Extra, void> {
    mustBeWhole("iterate: size", size, 1);
    return this.#iterated(size);
  }

  /** The first row, or undefined; by primary key where no order is asked for. */
  async first(): Promise<(Row<M> & Extra) | undefined> {
    return (await this.#ordered().rows({ limit: 1 }))[0];
  }

  /** The last row, or undefined; by primary key where no order is asked for. */
  last(): Promise<(Row<M> & Extra) | undefined> {
    return this.#ordered().reverse().first();
  }

  /**
   * The row with the least value of a field, of several with the least of the next one, whatever the order.
   *
   * @throws {NotFound} when there is none.
   */
  async earliest(...names: AtLeastOne<Ordered<"pk" | NamedPath<M> | (keyof Extra & string)>>): Promise<Row<M> & Extra> {
    return this.#found(await this.orderBy(...names).first());
  }

  /**
   * The row with the greatest value of a field, of several with the greatest of the next one, whatever the order.
   *
   * @throws {NotFound} when there is none.
   */
  async latest(...names: AtLeastOne<Ordered<"pk" | NamedPath<M> | (keyof Extra & string)>>): Promise<Row<M> & Extra> {
    return this.#found(await this.orderBy(...names).last());
  }

  /** The rows with some keys, by key; a key that is no row's is left out. */
  async inBulk(keys: readonly PrimaryKey<M>[]): Promise<Map<PrimaryKey<M>, Row<M> & Extra>> {
    const key = this.#state.meta.primaryKey.attname as keyof Row<M>;
    const rows = await this.filter({ pk__in: keys }).rows();
    return new Map(rows.map((row) => [row[key] as PrimaryKey<M>, row]));
  }

  /**
   * The one row that meets the conditions.
   *
   * @throws {NotFound} when there is none.
   * @throws {MultipleObjectsReturned} when there are several.
   */
  async get<const Name extends ConditionName<M, Extra>>(
    conditions: Conditions<M, Extra, Name> = {} as Conditions<M, Extra, Name>,
  ): Promise<Row<M> & Extra> {
    return this.#found(await this.#one(conditions));
  }

  /**
   * Holds the rows that it reads until the transaction around it ends: who else would change them waits. SQLite, which has
   * one writer at a time, holds all rows for a transaction anyway.
   *
   * Reading is an error outside of a transaction, and with `noWait` ServiceUnavailable where another holds a row.
   *
   * @throws {TypeError} when rows that another holds are to be left out and to be an error.
   */
  selectForUpdate(options: LockOptions = {}): QuerySet<M, Extra> {
    const lock = lockOf(options);
    return this.#with({ lock, shape: `${this.#state.shape}&${lock}` });
  }

  /** Reads some fields of each row, of related rows too, and what was annotated: `values("text", "owner__username")`. */
  async values<const Name extends NamedPath<M> | (keyof Extra & string)>(
    ...names: readonly Name[]
  ): Promise<FieldsOf<M, Name, Extra>[]> {
    const paths = names.map((name) => pathIn(this.#state, name, "values"));
    const selection = { key: `values ${names.join()}`, paths };
    const found = await (this.#state.isDistinct ? this.#different(selection) : this.select(selection));
    return found.map(valuesDecoder(names, paths)) as FieldsOf<M, Name, Extra>[];
  }

  /** Has `values` give what is different alone; whole rows differ by their keys. */
  distinct(): QuerySet<M, Extra> {
    return this.#with({ isDistinct: true });
  }

  async count(): Promise<number> {
    return Number((await this.countValue())[0]?.[0] ?? 0);
  }

  async exists(): Promise<boolean> {
    const { meta } = this.#state;
    return (await this.orderBy().select(primaryKeyOf(meta), { limit: 1 })).length > 0;
  }

  /** Makes a row; what is not given comes from defaults. Gives its primary key. */
  async insert(given: NewRow<M>): Promise<PrimaryKey<M>> {
    const [key] = await insertRows(this.#state, [given as Readonly<Record<string, unknown>>], (key, query) =>
      this.#statement(key, query),
    );
    return key as PrimaryKey<M>;
  }

  /** Makes a row as `insert` does, and gives the whole of it. */
  async create(given: NewRow<M>): Promise<Row<M>> {
    const { selection, decode } = rowDecoder(this.#state.meta);
    return decode(await this.insertAndSelect(given, selection)) as Row<M>;
  }

  /**
   * Gives the row that meets the conditions, made of them and of defaults where there is none, and whether it was made.
   *
   * Where two do so at once and what they look for is unique, one makes it and the other finds it.
   *
   * @throws {MultipleObjectsReturned} when several rows meet the conditions.
   */
  getOrCreate<const Given extends Conditions<M>>(
    conditions: Given & OwnConditions<M, Given>,
    ...[defaults]: DefaultsFor<M, Given>
  ): Promise<[row: Row<M>, isCreated: boolean]> {
    return this.#getOrCreate(conditions, defaults);
  }

  /**
   * Changes the row that meets the conditions, or makes one of them and of what it would be changed to; gives the row, and
   * whether it was made. Where a new row is made of something else than a row is changed to, that comes last.
   *
   * @throws {MultipleObjectsReturned} when several rows meet the conditions.
   */
  updateOrCreate<const Given extends Conditions<M>>(
    conditions: Given & OwnConditions<M, Given>,
    ...given: ChangesFor<M, Given>
  ): Promise<[row: Row<M>, isCreated: boolean]> {
    const { database, meta } = this.#state;
    const [changes = {}, values = changes] = given as readonly object[];
    return database.transaction(async () => {
      const [found, isCreated] = await this.selectForUpdate().#getOrCreate(conditions, values);
      if (isCreated) return [found, true];
      const key = found[meta.primaryKey.attname as keyof Row<M>];
      const row = QuerySet.of<M>(meta, database).filter({ pk: key } as unknown as Conditions<M>);
      await row.update(changes as Changes<M>);
      return [await row.get(), false];
    });
  }

  /**
   * Makes a row as `insert` does, and reads columns of it as the driver gives them: the way of the routes. PostgreSQL does
   * both by one statement, which sees what it refers to as that was before.
   */
  async insertAndSelect(given: NewRow<M>, selection: Selection): Promise<RowValues> {
    const { database, meta } = this.#state;
    if (database.dialect === "postgresql") {
      const values = given as Readonly<Record<string, unknown>>;
      return insertAndSelect(this.#state, values, selection, (key, query) => this.#statement(key, query));
    }
    return database.transaction(async () => {
      const key = await this.insert(given);
      const [row] = await this.lookup(meta.primaryKey.name, selection)(key);
      return row as RowValues;
    });
  }

  /**
   * Makes rows, a hundred with each statement, in one transaction. Gives their primary keys, in order; of rows that would
   * repeat what is unique, which are left out or change those that are there, the keys of what was made or changed.
   *
   * @throws {ImproperlyConfigured} when what is said to be unique is not.
   */
  async bulkInsert(given: readonly NewRow<M>[], options?: ConflictOptions<M>): Promise<PrimaryKey<M>[]> {
    const { meta, database } = this.#state;
    const conflict = options && conflictOf(meta, options as ConflictOptions);
    const rows = given as readonly Readonly<Record<string, unknown>>[];
    const keys = await database.transaction(() =>
      insertRows(this.#state, rows, (key, query) => this.#statement(key, query), conflict),
    );
    return keys as PrimaryKey<M>[];
  }

  /**
   * Changes rows to values of their own, `bulkUpdate(rows, ["pages"])`, a hundred with each statement, in one transaction;
   * gives how many. Each is found by its key; those that the query set does not have stay as they are.
   *
   * @throws {TypeError} when a row lacks its key or a value, or comes twice.
   */
  bulkUpdate<const Name extends keyof Row<M> & string>(
    rows: readonly ChangedRow<M, Name>[],
    names: readonly Name[],
  ): Promise<number> {
    const changed = rows as readonly Readonly<Record<string, unknown>>[];
    return this.#state.database.transaction(() =>
      updateRows(this.#state, changed, names, (key, query) => this.#statement(key, query)),
    );
  }

  /**
   * Changes every row of the query set, `update({ stock: f("stock").minus(1) })` by its own values, and what follows the
   * clock (`autoNow`) with it; gives how many.
   */
  update(given: Changes<M>): Promise<number> {
    return this.#change(given as Readonly<Record<string, unknown>>, true);
  }

  async #change(given: Readonly<Record<string, unknown>>, isSaved: boolean): Promise<number> {
    const { meta, database, dialect } = this.#state;
    const { columns, values, key } = changedColumns(this.#state, given, isSaved);
    if (columns.size === 0) return this.count();
    const statement = this.#statement(key, () =>
      sqlBuilders[dialect]
        .updateTable(meta.table)
        .set(Object.fromEntries(columns))
        .where(changedRowsSql(this.#state))
        .returning(sql.lit(1).as("changed")),
    );
    return (await database.run(statement, bind(statement, values))).length;
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

  /**
   * What a relation of many to many leads to from the row with a key: `related(1, "tags").add(2, 3)`, as Django's
   * `book.tags`.
   *
   * @throws {ImproperlyConfigured} when there is no such relation.
   */
  related<const Name extends ManyName<M>>(
    key: PrimaryKey<M>,
    name: Name,
  ): RelatedManager<RelatedKey<M, Name>, QuerySet<RelatedModel<M, Name>>> {
    const { meta, database, dialect } = this.#state;
    const relation = manyToManyOf(meta, name);
    const rows = QuerySet.of<RelatedModel<M, Name>>(relation.related, database);
    const hold = async (keys: readonly unknown[]): Promise<void> => {
      const held = QuerySet.of(meta, database).filter({ pk__in: keys } as Conditions<Model>);
      await held.orderBy("pk").#held("keepsKey").#keys();
    };
    return new RelatedManager({
      database,
      joins: joinsOf(relation, key, QuerySet.of(relation.join, database)),
      // SQLite has one writer at a time.
      hold: dialect === "sqlite" ? undefined : hold,
      rows: rows.#with(ledToFrom(relation, key, dialect)),
    });
  }

  /** Reads chosen columns as the driver gives them: the way of the routes, which need no objects. */
  select(selection: Selection, window?: Window): readonly RowValues[] | Promise<readonly RowValues[]> {
    const { database, shape, values, lock } = this.#state;
    if (lock) mustBeInTransaction(database);
    const statement = this.#statement(`select ${selection.key}${window ? " window" : ""}${shape}`, () =>
      selectSql(this.#state, selection, window && values.length),
    );
    const given = window ? [...values, ...windowValues(window)] : values;
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
    const of = (how: Lookup, chosen: Selection): CompiledStatement => {
      const shape = `${this.#state.shape}&${name} ${how.shape(name)}`;
      const query = this.#with({ conditions: [{ ...condition, lookup: how }], shape });
      return query.#statement(`select ${chosen.key}${shape}`, () => selectSql(query.#state, chosen, undefined));
    };
    const one = of(exact, selection);
    const encoded = (value: unknown) => encodedValue(path.field, value, database.dialect);
    if (!areKeysAskedTogether(database, path.field)) return (value) => database.run(one, bind(one, [encoded(value)]));
    const withKey = { key: `${selection.key} by ${name}`, paths: [...selection.paths, path] };
    const lookups = new KeyLookups(database, { one, many: () => of(oneOfKeys, withKey) });
    return (value) => lookups.find(encoded(value));
  }

  /** The count as the driver gives it: one row of one value. */
  countValue(): readonly RowValues[] | Promise<readonly RowValues[]> {
    const { database, values, shape } = this.#state;
    const statement = this.#statement(`count${shape}`, () => countSql(this.#state));
    return database.run(statement, bind(statement, values));
  }

  #getOrCreate(conditions: Conditions<M>, defaults: object | undefined): Promise<[Row<M>, boolean]> {
    return foundOrCreated<Row<M>>({
      database: this.#state.database,
      find: () => this.#one(conditions),
      create: () => this.create(newValues(this.#state.meta, conditions, defaults) as NewRow<M>),
    });
  }

  #different(selection: Selection): readonly RowValues[] | Promise<readonly RowValues[]> {
    const { database, shape, values } = this.#state;
    const statement = this.#statement(`distinct ${selection.key}${shape}`, () =>
      differentValuesSql(this.#state, selection),
    );
    return database.run(statement, bind(statement, values));
  }

  #found<One>(row: One | undefined): One {
    if (row !== undefined) return row;
    throw new NotFound(`No ${this.#state.meta.objectName} matches the given query.`);
  }

  #ordered(): QuerySet<M, Extra> {
    return this.#state.ordering.length > 0 ? this : this.orderBy("pk");
  }

  async #one(conditions: object): Promise<(Row<M> & Extra) | undefined> {
    const [row, second] = await this.filter(conditions as Conditions<M, Extra>).rows({ limit: 2 });
    if (!second) return row;
    throw new MultipleObjectsReturned(`get: more than one ${this.#state.meta.objectName} meets the conditions.`);
  }

  async *#iterated(size: number): AsyncGenerator<Row<M> & Extra, void> {
    const { meta, dialect, annotations, joined, prefetched } = this.#state;
    const ordering = endedByKey(meta, this.#state.ordering);
    const ordered = this.#with({ ordering, shape: `${this.#state.shape}|to key` });
    const { selection, decode } = joinedRows(meta, annotations, joined);
    const encode = (field: FieldMeta, value: unknown) => readAsBound(field, value as SqlValue, dialect);
    const pages = readPages({
      ordering,
      selection,
      size,
      read: (position, columns, window) => {
        const query = position ? ordered.#with(positioned(ordered.#state, ordering, position, encode)) : ordered;
        return query.select(columns, window);
      },
    });
    for await (const page of pages) {
      yield* (await withRelated(page.map(decode), meta, prefetched, this.#loader)) as (Row<M> & Extra)[];
    }
  }

  #given(conditions: object, where: string) {
    return givenConditions(this.#state, conditions as Readonly<Record<string, unknown>>, where);
  }

  #orderings(text: string): readonly Ordering[] {
    const computed = this.#state.annotations.get(text.replace(/^-/, ""));
    if (computed) return [{ ...computed, isDescending: text.startsWith("-") }];
    return orderingsOf(this.#state.meta, text);
  }

  #deletable(): DeletableRows {
    const { meta, database } = this.#state;
    return {
      meta,
      keys: () => this.orderBy().#keys(),
      held: () => this.orderBy("pk").#held("wait").#keys(),
      referring: (other, relation, keys) =>
        QuerySet.of(other, database).filter({ [`${relation}__in`]: keys } as Conditions<Model>).#deletable(),
      setNull: async (relation) => void (await this.#change({ [relation]: null }, false)),
      remove: (keys) => {
        if (!keys) return this.#remove();
        return QuerySet.of(meta, database).filter({ pk__in: keys } as Conditions<Model>).#remove();
      },
    };
  }

  /** Holds its rows to the end of the transaction, if they are not held otherwise already. */
  #held(lock: RowLock): QuerySet<M, Extra> {
    return this.#state.lock ? this : this.#with({ lock, shape: `${this.#state.shape}&${lock}` });
  }

  async #keys(): Promise<readonly unknown[]> {
    return (await this.select(primaryKeyOf(this.#state.meta))).map(([key]) => key);
  }

  async #remove(): Promise<number> {
    const { meta, database, values } = this.#state;
    const statement = this.#statement(`delete${this.#state.shape}`, () =>
      sqlBuilders[database.dialect]
        .deleteFrom(meta.table)
        .where(changedRowsSql(this.#state))
        .returning(sql.lit(1).as("deleted")),
    );
    return (await database.run(statement, bind(statement, values))).length;
  }

  /** Loads what was asked for by `prefetchRelated`. */
  get #loader(): RelatedLoader {
    const { database } = this.#state;
    const loader: RelatedLoader = {
      one: (meta, keys, prefetched) =>
        QuerySet.of(meta, database).#with({ prefetched })
          .filter({ [`${meta.primaryKey.name}__in`]: keys } as Conditions<Model>)
          .rows(),
      many: async (toMany, keys, names) => {
        const { selection, decode } = rowDecoder(toMany.related);
        const { fromDatabase } = kindOf(toMany.source);
        const found = await QuerySet.behind(toMany, database, keys, selection);
        const owners = [...found].flatMap(([key, rows]) => rows.map(() => key as NonNullable<SqlValue>));
        const rows = await withRelated([...found.values()].flat().map(decode), toMany.related, names, loader);
        const { options } = keyOf(toMany.source);
        return Map.groupBy(rows, (_row, index) => {
          const owner = owners[index] as NonNullable<SqlValue>;
          return fromDatabase ? fromDatabase(owner, options) : owner;
        });
      },
    };
    return loader;
  }

  #with(changes: Partial<State>): QuerySet<M, Extra> {
    return new QuerySet({ ...this.#state, ...changes });
  }

  #statement(key: string, query: Parameters<typeof keptStatement>[2]): CompiledStatement {
    return keptStatement(this.#state, key, query);
  }
}
