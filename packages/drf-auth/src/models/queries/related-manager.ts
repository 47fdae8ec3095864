import type { Database, Dialect } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { didYouMean } from "../../settings.ts";
import type { ManyToMany } from "../fields/field.ts";
import type { Asked } from "./given-conditions.ts";
import type { Insert, KeyOf, ManyName } from "../inference/infer.ts";
import type { Conditions } from "../inference/typed-conditions.ts";
import { exact } from "./lookups.ts";
import type { ManyToManyMeta, ModelMeta } from "../model-meta.ts";
import type { Model } from "../model.ts";
import type { Window } from "./selection.ts";
import { encodedValue } from "../fields/stored-values.ts";

type TargetOf<M extends Model, Name extends ManyName<M>> = M["fields"][Name] extends ManyToMany<infer To> ? To : never;

/** The model that a relation of many to many leads to; any model where only the application says which. */
export type RelatedModel<M extends Model, Name extends ManyName<M>> =
  TargetOf<M, Name> extends infer To ? (To extends Model ? To : To extends "self" ? M : Model) : never;

/** The key of a row that a relation of many to many leads to. */
export type RelatedKey<M extends Model, Name extends ManyName<M>> = KeyOf<M, TargetOf<M, Name>>;

/** The rows of a joining table: what a query set offers to a relation. */
interface JoinRows {
  filter(conditions: Conditions<Model>): JoinRows;
  values(name: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  bulkInsert(rows: readonly Insert<Model>[], options: { readonly onConflict: "ignore" }): Promise<unknown>;
  delete(): Promise<number>;
}

/** The rows of a joining table that belong to one row, by the keys that they lead to. */
interface Joins {
  keys(): Promise<readonly unknown[]>;
  /** The rows of the relation's own model that a change is about which touches some keys. */
  ends(keys: readonly unknown[]): Promise<readonly unknown[]>;
  /** Adds those that are not there. */
  add(keys: readonly unknown[]): Promise<unknown>;
  /** Removes those of some keys, or all. */
  remove(keys?: readonly unknown[]): Promise<unknown>;
}

interface RelatedRows {
  filter(conditions: never): unknown;
  rows(window?: Window): Promise<readonly unknown[]>;
}

interface Related<Rows> {
  readonly database: Database;
  readonly joins: Joins;
  /** Holds rows of the relation's own model to the end of the transaction, where a transaction does not hold them anyway. */
  readonly hold: ((keys: readonly unknown[]) => Promise<void>) | undefined;
  readonly rows: Rows;
}

/** What a relation of many to many leads to from one row, as Django's `book.tags`: read and changed by keys. */
export class RelatedManager<Key, Rows extends RelatedRows> {
  readonly #related: Related<Rows>;

  constructor(related: Related<Rows>) {
    this.#related = related;
  }

  /** The rows that it leads to, as a query set. */
  all(): Rows {
    return this.#related.rows;
  }

  /** Those that meet every condition, as a query set. */
  filter(conditions: Parameters<Rows["filter"]>[0]): ReturnType<Rows["filter"]> {
    return this.#related.rows.filter(conditions as never) as ReturnType<Rows["filter"]>;
  }

  /** The rows that it leads to, read. */
  rows(window?: Window): ReturnType<Rows["rows"]> {
    return this.#related.rows.rows(window) as ReturnType<Rows["rows"]>;
  }

  /** Has it lead to the rows of some keys too; to those that it leads to already nothing is done. */
  async add(...keys: readonly Key[]): Promise<void> {
    if (keys.length > 0) await this.#changed(keys, () => this.#related.joins.add(keys));
  }

  /** Has it lead no longer to the rows of some keys, which stay themselves. */
  async remove(...keys: readonly Key[]): Promise<void> {
    if (keys.length > 0) await this.#changed(keys, () => this.#related.joins.remove(keys));
  }

  /** Has it lead to exactly the rows of some keys; what is so already is left alone. */
  async set(keys: readonly Key[]): Promise<void> {
    const { joins } = this.#related;
    await this.#changed(keys, async () => {
      const present = new Set(await joins.keys());
      const wanted = new Set<unknown>(keys);
      const gone = [...present.difference(wanted)];
      const added = [...wanted.difference(present)];
      if (gone.length > 0) await joins.remove(gone);
      if (added.length > 0) await joins.add(added);
    });
  }

  /** Has it lead to no row. */
  async clear(): Promise<void> {
    await this.#changed([], () => this.#related.joins.remove());
  }

  /** One change after the other: what a change finds is so until it is done. */
  async #changed(keys: readonly unknown[], change: () => Promise<unknown>): Promise<void> {
    const { database, joins, hold } = this.#related;
    await database.transaction(async () => {
      if (hold) await hold(await joins.ends(keys));
      await change();
    });
  }
}

/** @throws {ImproperlyConfigured} when a model has no relation of many to many of that name. */
export function manyToManyOf(meta: ModelMeta, name: string): ManyToManyMeta {
  const found = meta.manyToMany.find((one) => one.name === name);
  if (found) return found;
  const names = meta.manyToMany.map((one) => one.name);
  throw new ImproperlyConfigured(
    `related: ${meta.model.name} has no relation of many to many "${name}".${didYouMean(name, names)}`,
  );
}

/** What of a joining table belongs to the row with a key. */
export function joinsOf({ source, target, isSymmetrical }: ManyToManyMeta, key: unknown, all: JoinRows): Joins {
  const own = all.filter({ [source.name]: key });
  const keysOf = async () => (await own.values(target.name)).map((row) => row[target.name]);
  return {
    keys: keysOf,
    // What is added and removed from both ends is changed by those of the other end too.
    ends: async (keys) => (isSymmetrical ? [...new Set([key, ...keys, ...(await keysOf())])] : [key]),
    add: (keys) => {
      const there = keys.map((one) => ({ [source.name]: key, [target.name]: one }));
      const here = isSymmetrical ? keys.map((one) => ({ [source.name]: one, [target.name]: key })) : [];
      return all.bulkInsert([...there, ...here], { onConflict: "ignore" });
    },
    remove: async (keys) => {
      await (keys ? own.filter({ [`${target.name}__in`]: keys }) : own).delete();
      if (!isSymmetrical) return;
      const back = all.filter({ [target.name]: key });
      await (keys ? back.filter({ [`${source.name}__in`]: keys }) : back).delete();
    },
  };
}

/** What the rows meet that a relation leads to from the row with a key. */
export function ledToFrom(
  { join, source, target, related }: ManyToManyMeta,
  key: unknown,
  dialect: Dialect,
): Pick<Asked, "conditions" | "shape" | "values"> {
  const inner = { path: { relations: [], field: source }, lookup: exact, given: key, firstIndex: 0 };
  const path = { relations: [], field: related.primaryKey };
  return {
    conditions: [{ path, through: join, source: target, inner, isNot: false }],
    values: exact.values(key, (value) => encodedValue(source, value, dialect), dialect),
    shape: `&of[${join.table} ${source.name} ${exact.shape(key)}]`,
  };
}
