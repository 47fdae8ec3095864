import { type Database, UniqueViolation } from "../../database/index.ts";
import type { Calculation } from "./calculation.ts";
import type { Conditions } from "../inference/typed-conditions.ts";
import type { GivenValues, NewRow, ValuesBeside } from "../inference/typed-values.ts";
import type { ModelMeta } from "../model-meta.ts";
import type { Model } from "../model.ts";

type FieldOf<Name> = Name extends `${infer Relation}_id` ? Name | Relation : Name;

/** Conditions that name nothing but what a model has: what is inferred is not looked at for what is too much. */
export type OwnConditions<M extends Model, Given> = {
  readonly [Name in keyof Given]: Name extends keyof Conditions<M> ? Given[Name] : never;
};

/** What a new row is given beside the values of the conditions: it must be there where the row needs it. */
export type NewValues<M extends Model, Given> = NewRow<M, FieldOf<keyof Given>>;

type OrCalculated<Values> = { readonly [Name in keyof Values]: Calculation | Values[Name] };

type Defaults<Values> = object extends Values ? readonly [defaults?: Values] : readonly [defaults: Values];

/** The values that a new row is made of; they may be left out where it needs none. */
export type DefaultsFor<M extends Model, Given> = Defaults<NewValues<M, Given>>;

/** What the row is changed to, which makes a new one too; or what it is changed to, and what a new one is made of. */
export type ChangesFor<M extends Model, Given> =
  | Defaults<ValuesBeside<M, FieldOf<keyof Given>>>
  | readonly [defaults: OrCalculated<GivenValues<M>>, createDefaults: NewValues<M, Given>];

interface Finding<Row> {
  readonly database: Database;
  /** The one row that meets the conditions, if there is one. */
  readonly find: () => Promise<Row | undefined>;
  readonly create: () => Promise<Row>;
}

/** Finds a row or makes it. Of several that do so at once one makes it, and the others find that. */
export async function foundOrCreated<Row>({ database, find, create }: Finding<Row>): Promise<[Row, boolean]> {
  const found = await find();
  if (found) return [found, false];
  try {
    // PostgreSQL goes on with a transaction in which a statement failed only where that was within a savepoint.
    const made = database.transactionState === "none" ? create() : database.transaction(create);
    return [await made, true];
  } catch (error) {
    const other = error instanceof UniqueViolation ? await find() : undefined;
    if (other) return [other, false];
    throw error;
  }
}

/** What a new row is made of, as Django has it: the conditions that name no look-up, and the defaults over them. */
export function newValues({ primaryKey }: ModelMeta, conditions: object, defaults: object = {}): object {
  const equal = Object.entries(conditions)
    .filter(([name]) => !name.includes("__"))
    .map(([name, value]) => [name === "pk" ? primaryKey.name : name, value]);
  return { ...Object.fromEntries(equal), ...defaults };
}
