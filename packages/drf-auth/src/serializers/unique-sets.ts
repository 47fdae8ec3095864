import { type FieldMeta, fieldOf, fieldsOfCondition, type ModelMeta } from "../models/index.ts";

/** Fields whose values no two rows may share. */
export interface UniqueSet {
  /** What the database calls it, where the model says so. */
  readonly name: string | undefined;
  readonly fields: readonly FieldMeta[];
  /** Whether it is about some rows only, which only the database tells. */
  readonly isOfSome: boolean;
  /** All fields that it is about: its own, and those that say which rows it is about. */
  readonly named: readonly FieldMeta[];
  /** What is said of a row that repeats it, where the model says so. */
  readonly message: string | undefined;
}

/** The sets of fields that a model wants unique together, by `uniqueTogether` and by its constraints. */
export function uniqueSets(meta: ModelMeta): readonly UniqueSet[] {
  return [
    ...meta.uniqueTogether.map((fields) => ({
      name: undefined,
      fields,
      isOfSome: false,
      named: fields,
      message: undefined,
    })),
    ...meta.constraints.flatMap((constraint) => {
      if (!("unique" in constraint)) return [];
      const { name, unique, where, message } = constraint;
      const all = new Set([...unique, ...fieldsOfCondition(where)]);
      const [fields, named] = [unique, [...all]].map((names) => names.map((one) => fieldOf(meta, one, name)));
      return [{ name, fields: fields ?? [], isOfSome: where !== undefined, named: named ?? [], message }];
    }),
  ];
}
