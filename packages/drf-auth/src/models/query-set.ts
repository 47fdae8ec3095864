import { sql } from "kysely";
import type { Database, RowValues, SqlValue } from "../database/index.ts";
import { NotFound } from "../errors.ts";
import type { Aggregate } from "./aggregate.ts";
import { annotated } from "./annotation.ts";
import { changedColumns } from "./changed-columns.ts";
import { columnPath } from "./column-path.ts";
import { keyTextOf, textOf } from "./condition-on.ts";
import { type DeletableRows, deleteRows } from "./deletion.ts";
import { keyOf, kindOf } from "./field-codec.ts";
import { type Asked, givenConditions, pathIn } from "./given-conditions.ts";
import { ofSameRows } from "./same-rows.ts";
import { grouped, type GroupOptions } from "./groups.ts";
import type { ColumnPath as NamedPath, Ordered, RelationPath } from "./column-names.ts";
import type { Computations, FieldsOf, Outcomes, Prefetchable, PrimaryKey, RelatedRows, Row } from "./infer.ts";
import type { Aggregates, Annotations } from "./typed-computations.ts";
import type { ConditionName, Conditions } from "./typed-conditions.ts";
import type { Changes, NewRow } from "./typed-values.ts";
import { insertAndSelect, insertRows } from "./inserts.ts";
import { joinedRows, mustBeToOne } from "./joined-rows.ts";
import { areKeysAskedTogether, KeyLookups } from "./key-lookups.ts";
import { exact, type Lookup, type LookupName, lookups, oneOfKeys } from "./lookups.ts";
import type { ColumnPath, ModelMeta, Ordering } from "./model-meta.ts";
import type { Model } from "./model.ts";
import { orderingsOf } from "./ordering.ts";
import { positionConditions } from "./position.ts";
import type { Comparison, Within } from "./query-shape.ts";
import { countSql, groupsSql, keysSql, selectSql } from "./query-sql.ts";
import { mustBeRelations, type RelatedLoader, withRelated } from "./related-rows.ts";
import { rowDecoder, valuesDecoder } from "./row-decoder.ts";
import { primaryKeyOf, type Selection, type Window } from "./selection.ts";
import { bind, type CompiledStatement, sqlBuilders } from "./sql.ts";
import { keptStatement } from "./statements.ts";
import { encodedValue } from "./stored-values.ts";
import type { ToMany } from "./to-many.ts";

interface State extends Asked {
  readonly database: Database;
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
    const values = [...this.#state.values];
    let shape = `${this.#state.shape}&after[`;
    const compared = (path: ColumnPath, name: LookupName, given: unknown): Comparison => {
      const comparison = { path, lookup: lookups[name], given, firstIndex: values.length };
      values.push(...lookups[name].values(given, (value) => encodedValue(path.field, value, dialect), dialect));
      shape += ` ${textOf(path)} ${name} ${lookups[name].shape(given)}`;
      return comparison;
    };
    const conditions = positionConditions(ordering, position, { compare: compared, dialect });
    return this.#with({ conditions: [...this.#state.conditions, ...conditions], values, shape: `${shape}]` });
  }

  /** Orders by fields, `-` before one for descending, over relations (`owner__username`), by what was annotated; replaces the order there was. */
  orderBy(...names: readonly Ordered<"pk" | NamedPath<M> | (keyof Extra & string)>[]): QuerySet<M, Extra> {
    const ordering = names.flatMap((name) => this.#orderings(name));
    return this.#with({ ordering, shape: `${this.#state.shape}|${names.join()}` });
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
    const query = this.#with({ prefetched: [...this.#state.prefetched, ...names] });
    return query as QuerySet<M, Extra & RelatedRows<M, Name>>;
  }

  async rows(window?: Window): Promise<(Row<M> & Extra)[]> {
    const { meta, annotations, joined, prefetched } = this.#state;
    const { selection, decode } = joinedRows(meta, annotations, joined);
    const rows = (await this.select(selection, window)).map(decode);
    return (await withRelated(rows, meta, prefetched, this.#loader)) as (Row<M> & Extra)[];
  }

  /** The first row, or undefined; by primary key where no order is asked for. */
  async first(): Promise<(Row<M> & Extra) | undefined> {
    const ordered = this.#state.ordering.length > 0 ? this : this.orderBy("pk");
    return (await ordered.rows({ limit: 1, offset: 0 }))[0];
  }

  /**
   * The one row that meets the conditions.
   *
   * @throws {NotFound} when there is none.
   */
  async get<const Name extends ConditionName<M, Extra>>(
    conditions: Conditions<M, Extra, Name> = {} as Conditions<M, Extra, Name>,
  ): Promise<Row<M> & Extra> {
    const { objectName } = this.#state.meta;
    const [row, second] = await this.filter(conditions).rows({ limit: 2, offset: 0 });
    if (second) throw new TypeError(`get: more than one ${objectName} meets the conditions.`);
    if (!row) throw new NotFound(`No ${objectName} matches the given query.`);
    return row;
  }

  /** Holds the rows that it reads until the transaction around it ends: who else would change them waits. */
  selectForUpdate(): QuerySet<M, Extra> {
    return this.#with({ isLocked: true, shape: `${this.#state.shape}&locked` });
  }

  /** Reads some fields of each row, of related rows too, and what was annotated: `values("text", "owner__username")`. */
  async values<const Name extends NamedPath<M> | (keyof Extra & string)>(
    ...names: readonly Name[]
  ): Promise<FieldsOf<M, Name, Extra>[]> {
    const paths = names.map((name) => pathIn(this.#state, name, "values"));
    const found = await this.select({ key: `values ${names.join()}`, paths });
    return found.map(valuesDecoder(names, paths)) as FieldsOf<M, Name, Extra>[];
  }

  async count(): Promise<number> {
    return Number((await this.countValue())[0]?.[0] ?? 0);
  }

  async exists(): Promise<boolean> {
    const { meta } = this.#state;
    return (await this.orderBy().select(primaryKeyOf(meta), { limit: 1, offset: 0 })).length > 0;
  }

  /** Makes a row; what is not given comes from defaults. Gives its primary key. */
  async insert(given: NewRow<M>): Promise<PrimaryKey<M>> {
    const [key] = await insertRows(this.#state, [given as Readonly<Record<string, unknown>>], (key, query) =>
      this.#statement(key, query),
    );
    return key as PrimaryKey<M>;
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

  /** Makes rows, a hundred with each statement, in one transaction. Gives their primary keys, in order. */
  async bulkInsert(given: readonly NewRow<M>[]): Promise<PrimaryKey<M>[]> {
    const rows = given as readonly Readonly<Record<string, unknown>>[];
    const keys = await this.#state.database.transaction(() =>
      insertRows(this.#state, rows, (key, query) => this.#statement(key, query)),
    );
    return keys as PrimaryKey<M>[];
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
        .where(sql.ref(`${meta.table}.${meta.primaryKey.column}`), "in", keysSql(this.#state))
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
      keys: async () => (await this.orderBy().select(primaryKeyOf(meta))).map(([key]) => key),
      referring: (other, relation, keys) =>
        QuerySet.of(other, database).filter({ [`${relation}__in`]: keys } as Conditions<Model>).#deletable(),
      setNull: async (relation) => void (await this.#change({ [relation]: null }, false)),
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
